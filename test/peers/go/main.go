// Go's crypto/tls as a peer, told what to do by lines of JSON on standard input; one line of answer to each.
// {id, do: "listen", ...tls} -> {id, port}; {id, do: "connect", port, ...tls} -> {id, facts}; or {id, error}.
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

type command struct {
	ID      int      `json:"id"`
	Do      string   `json:"do"`
	Topic   string   `json:"topic"`
	Port    int      `json:"port"`
	Version string   `json:"version"`
	Groups  []string `json:"groups"`
	Curves  []string `json:"curves"`
	Cert    string   `json:"cert"`
	Key     string   `json:"key"`
	CA      string   `json:"ca"`
	Demand  bool     `json:"demand"`
	Staple  string   `json:"staple"`
	More    []pair   `json:"more"`
	ALPN    []string `json:"alpn"`
	Session string   `json:"session"`
	Line    string   `json:"line"`
	Size    int      `json:"size"`
	Lines   int      `json:"lines"`
}

// pair is another certificate and its key.
type pair struct {
	Cert string `json:"cert"`
	Key  string `json:"key"`
}

type answer struct {
	ID    int    `json:"id"`
	Port  int    `json:"port,omitempty"`
	Facts *facts `json:"facts,omitempty"`
	Error string `json:"error,omitempty"`
}

type facts struct {
	Version string `json:"version"`
	Suite   string `json:"suite"`
	Resumed bool   `json:"resumed"`
	ALPN    string `json:"alpn,omitempty"`
	Staple  string `json:"staple,omitempty"`
}

const patience = 10 * time.Second

var versions = map[string]uint16{"TLSv1.2": tls.VersionTLS12, "TLSv1.3": tls.VersionTLS13}

var curves = map[string]tls.CurveID{
	"x25519":         tls.X25519,
	"secp256r1":      tls.CurveP256,
	"secp384r1":      tls.CurveP384,
	"secp521r1":      tls.CurveP521,
	"X25519MLKEM768": tls.X25519MLKEM768,
}

var (
	speaking sync.Mutex
	caches   = map[string]tls.ClientSessionCache{}
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c command
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		cache := cacheOf(c.Session)
		go func() {
			result, err := obey(c, cache)
			if err != nil {
				result = answer{Error: err.Error()}
			}
			result.ID = c.ID
			speaking.Lock()
			defer speaking.Unlock()
			json.NewEncoder(os.Stdout).Encode(result)
		}()
	}
}

func cacheOf(name string) tls.ClientSessionCache {
	if name == "" {
		return nil
	}
	if caches[name] == nil {
		caches[name] = tls.NewLRUClientSessionCache(1)
	}
	return caches[name]
}

func obey(c command, cache tls.ClientSessionCache) (answer, error) {
	config, err := configFor(c)
	if err != nil {
		return answer{}, err
	}
	if c.Do == "listen" {
		return listen(c, config)
	}
	config.ClientSessionCache = cache
	return connect(c, config)
}

func configFor(c command) (*tls.Config, error) {
	config := &tls.Config{
		MinVersion:    versions[c.Version],
		MaxVersion:    versions[c.Version],
		NextProtos:    c.ALPN,
		ServerName:    "localhost",
		Renegotiation: tls.RenegotiateFreelyAsClient,
	}
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		config.CipherSuites = append(config.CipherSuites, suite.ID)
	}
	for _, name := range append(c.Groups, c.Curves...) {
		config.CurvePreferences = append(config.CurvePreferences, curves[name])
	}
	for _, p := range append(c.More, pair{c.Cert, c.Key}) {
		if p.Cert == "" {
			continue
		}
		certificate, err := tls.X509KeyPair([]byte(p.Cert), []byte(p.Key))
		if err != nil {
			return nil, err
		}
		if certificate.OCSPStaple, err = hex.DecodeString(c.Staple); err != nil {
			return nil, err
		}
		config.Certificates = append(config.Certificates, certificate)
	}
	if c.CA != "" {
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM([]byte(c.CA)) {
			return nil, errors.New("no authority in ca")
		}
		config.RootCAs, config.ClientCAs = pool, pool
	}
	if c.Demand {
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config, nil
}

func listen(c command, config *tls.Config) (answer, error) {
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		return answer{}, err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(patience))
				if err := serve(c.Topic, conn.(*tls.Conn)); err != nil {
					fmt.Fprintln(os.Stderr, "server:", err)
				}
			}()
		}
	}()
	return answer{Port: listener.Addr().(*net.TCPAddr).Port}, nil
}

func serve(topic string, conn *tls.Conn) error {
	switch topic {
	case "peer closes":
		line, err := bufio.NewReader(conn).ReadBytes('\n')
		if err != nil {
			return err
		}
		_, err = conn.Write(line)
		return err
	case "half-close":
		all, err := io.ReadAll(conn)
		if err != nil {
			return err
		}
		_, err = conn.Write(all)
		return err
	}
	_, err := io.Copy(conn, conn)
	return err
}

func connect(c command, config *tls.Config) (answer, error) {
	dialer := &net.Dialer{Timeout: patience}
	conn, err := tls.DialWithDialer(dialer, "tcp", fmt.Sprintf("127.0.0.1:%d", c.Port), config)
	if err != nil {
		return answer{}, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	for range c.Lines {
		if err := exchange(c, conn); err != nil {
			return answer{}, err
		}
	}
	if c.Topic == "peer closes" {
		if err := conn.CloseWrite(); err != nil {
			return answer{}, err
		}
	}
	rest, err := io.ReadAll(conn)
	if err != nil {
		return answer{}, err
	}
	if len(rest) > 0 {
		return answer{}, fmt.Errorf("%d bytes too many", len(rest))
	}
	state := conn.ConnectionState()
	return answer{Facts: &facts{
		Version: map[uint16]string{tls.VersionTLS12: "TLSv1.2", tls.VersionTLS13: "TLSv1.3"}[state.Version],
		Suite:   tls.CipherSuiteName(state.CipherSuite),
		Resumed: state.DidResume,
		ALPN:    state.NegotiatedProtocol,
		Staple:  hex.EncodeToString(state.OCSPResponse),
	}}, nil
}

// exchange sends the line, or so many bytes of it repeated, and compares what comes back.
func exchange(c command, conn *tls.Conn) error {
	size := max(c.Size, len(c.Line))
	sent := bytes.Repeat([]byte(c.Line), size/len(c.Line)+1)[:size]
	written := make(chan error, 1)
	go func() {
		_, err := conn.Write(sent)
		if err == nil && c.Topic == "half-close" {
			err = conn.CloseWrite()
		}
		written <- err
	}()
	back := make([]byte, size)
	if got, err := io.ReadFull(conn, back); err != nil {
		return fmt.Errorf("after %d of %d bytes: %w", got, size, err)
	}
	if err := <-written; err != nil {
		return err
	}
	if sha256.Sum256(back) != sha256.Sum256(sent) {
		return errors.New("what came back is not what was sent")
	}
	return nil
}
