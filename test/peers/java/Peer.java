import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * JSSE as a peer, told what to do by lines on standard input, which are written like the query of a URL; one line of
 * JSON in answer to each. do=listen: {id, port}; do=connect: {id, facts}; or {id, error}. Run with the argument
 * "suites" it lists its cipher suites. What JSSE is told by system properties alone, stands in its command line.
 */
public final class Peer {
  private static final int PATIENCE_MS = 10_000;
  private static final int PIECE = 16_384;

  /** Contexts of named sessions, which keep what is resumed. */
  private static final Map<String, SSLContext> CONTEXTS = new ConcurrentHashMap<>();

  public static void main(String[] args) throws Exception {
    Security.setProperty("jdk.tls.disabledAlgorithms", "");
    String keyLimits = System.getProperty("peer.keyLimits");
    if (keyLimits != null) Security.setProperty("jdk.tls.keyLimits", keyLimits);
    if (args.length > 0) {
      System.out.println(String.join("\n", SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites()));
      return;
    }
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Map<String, List<String>> command = parse(line);
      new Thread(() -> say(command)).start();
    }
    System.exit(0);
  }

  private static Map<String, List<String>> parse(String query) {
    return Arrays.stream(query.split("&"))
        .map(part -> part.split("=", 2))
        .collect(
            Collectors.groupingBy(
                part -> part[0],
                Collectors.mapping(part -> URLDecoder.decode(part[1], StandardCharsets.UTF_8), Collectors.toList())));
  }

  private static void say(Map<String, List<String>> command) {
    String answer;
    try {
      answer = text(command, "do").equals("listen") ? "\"port\":" + listen(command) : connect(command);
    } catch (Exception error) {
      answer = "\"error\":" + quoted(error.toString());
    }
    synchronized (System.out) {
      System.out.println("{\"id\":" + text(command, "id") + "," + answer + "}");
    }
  }

  private static String text(Map<String, List<String>> command, String name) {
    return texts(command, name).stream().findFirst().orElse("");
  }

  private static List<String> texts(Map<String, List<String>> command, String name) {
    return command.getOrDefault(name, List.of());
  }

  private static String quoted(String text) {
    return text == null ? "null" : '"' + text.replaceAll("[\"\\\\\\p{Cntrl}]", "'") + '"';
  }

  private static SSLContext context(Map<String, List<String>> command) throws Exception {
    return Credentials.context(
        texts(command, "cert"), texts(command, "key"), text(command, "ca").isEmpty() ? null : text(command, "ca"));
  }

  private static void configure(SSLParameters parameters, Map<String, List<String>> command) {
    parameters.setProtocols(new String[] {text(command, "version")});
    parameters.setApplicationProtocols(texts(command, "alpn").toArray(new String[0]));
  }

  private static int listen(Map<String, List<String>> command) throws Exception {
    SSLServerSocket server =
        (SSLServerSocket)
            context(command).getServerSocketFactory().createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    SSLParameters parameters = server.getSSLParameters();
    configure(parameters, command);
    parameters.setCipherSuites(server.getSupportedCipherSuites());
    parameters.setUseCipherSuitesOrder(false);
    parameters.setNeedClientAuth("true".equals(text(command, "demand")));
    server.setSSLParameters(parameters);
    new Thread(() -> accept(server, text(command, "topic"))).start();
    return server.getLocalPort();
  }

  private static void accept(SSLServerSocket server, String topic) {
    while (true) {
      try {
        SSLSocket socket = (SSLSocket) server.accept();
        new Thread(() -> serve(socket, topic)).start();
      } catch (IOException error) {
        System.err.println("server: " + error);
      }
    }
  }

  private static void serve(SSLSocket socket, String topic) {
    try (socket) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      if (topic.equals("hello request")) {
        socket.startHandshake();
        socket.startHandshake();
      }
      if (topic.equals("half-close")) {
        out.write(in.readAllBytes());
      } else if (topic.equals("peer closes")) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != -1; octet = octet == '\n' ? -1 : in.read()) line.write(octet);
        out.write(line.toByteArray());
      } else {
        in.transferTo(out);
      }
    } catch (IOException error) {
      System.err.println("server: " + error);
    }
  }

  private static String connect(Map<String, List<String>> command) throws Exception {
    String session = text(command, "session");
    SSLContext context = session.isEmpty() ? context(command) : CONTEXTS.get(session);
    if (context == null) {
      context = context(command);
      CONTEXTS.put(session, context);
    }
    Socket transport = new Socket();
    transport.connect(new InetSocketAddress("127.0.0.1", Integer.parseInt(text(command, "port"))), PATIENCE_MS);
    transport.setTcpNoDelay(true);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(transport, "localhost", transport.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    configure(parameters, command);
    parameters.setCipherSuites(socket.getSupportedCipherSuites());
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(PATIENCE_MS);
    try (socket) {
      socket.startHandshake();
      String facts = facts(socket);
      if (text(command, "topic").equals("renegotiation")) socket.startHandshake();
      converse(socket, command);
      return facts;
    }
  }

  private static void converse(SSLSocket socket, Map<String, List<String>> command) throws Exception {
    byte[] line = text(command, "line").getBytes(StandardCharsets.UTF_8);
    int size = command.containsKey("size") ? Integer.parseInt(text(command, "size")) : line.length;
    byte[] words = new byte[size];
    for (int at = 0; at < size; at++) words[at] = line[at % line.length];
    InputStream in = socket.getInputStream();
    for (int count = Integer.parseInt(text(command, "lines")); count > 0; count--) {
      CompletableFuture<Void> written = CompletableFuture.runAsync(() -> write(socket, words, text(command, "topic")));
      byte[] back = in.readNBytes(size);
      written.join();
      if (!Arrays.equals(back, words)) throw new IOException("what came back is not what was sent");
    }
    if (text(command, "topic").equals("peer closes")) socket.shutdownOutput();
    int rest = in.readAllBytes().length;
    if (rest > 0) throw new IOException(rest + " bytes too many");
  }

  private static void write(SSLSocket socket, byte[] words, String topic) {
    try {
      OutputStream out = socket.getOutputStream();
      for (int at = 0; at < words.length; at += PIECE) out.write(words, at, Math.min(PIECE, words.length - at));
      if (topic.equals("half-close")) socket.shutdownOutput();
    } catch (IOException error) {
      throw new IllegalStateException(error);
    }
  }

  private static String facts(SSLSocket socket) {
    SSLSession session = socket.getSession();
    String alpn = socket.getApplicationProtocol();
    List<byte[]> staples = ((ExtendedSSLSession) session).getStatusResponses();
    String staple = staples.isEmpty() ? null : HexFormat.of().formatHex(staples.get(0));
    return String.format(
        "\"facts\":{\"version\":%s,\"suite\":%s,\"alpn\":%s,\"staple\":%s,\"resumed\":null}",
        quoted(session.getProtocol()),
        quoted(session.getCipherSuite()),
        quoted(alpn == null || alpn.isEmpty() ? null : alpn),
        quoted(staple));
  }
}
