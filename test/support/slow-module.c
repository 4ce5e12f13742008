/* A PKCS#11 module in front of SLOW_MODULE: C_SignInit takes SLOW_INIT_MS longer, C_Sign SLOW_SIGN_MS, and it ends the
   process if the file SLOW_CRASH is there. CK_FUNCTION_LIST is a version and then 68 functions, C_SignInit the 43rd and
   C_Sign the 44th (PKCS #11 2.40, section 3.6). */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long (*sign_function)(unsigned long, void *, unsigned long, void *, unsigned long *);
typedef unsigned long (*init_function)(unsigned long, void *, unsigned long);
typedef unsigned long (*list_function)(void **);

struct function_list {
  unsigned char version[8];
  void *functions[68];
};

static struct function_list own;
static init_function real_init;
static sign_function real_sign;

static unsigned long slow_init(unsigned long session, void *mechanism, unsigned long key) {
  const char *milliseconds = getenv("SLOW_INIT_MS");
  if (milliseconds != NULL) usleep(1000 * atoi(milliseconds));
  return real_init(session, mechanism, key);
}

static unsigned long slow_sign(unsigned long session, void *in, unsigned long in_size, void *out, unsigned long *out_size) {
  const char *milliseconds = getenv("SLOW_SIGN_MS");
  const char *crash = getenv("SLOW_CRASH");
  if (milliseconds != NULL) usleep(1000 * atoi(milliseconds));
  if (crash != NULL && access(crash, F_OK) == 0) abort();
  return real_sign(session, in, in_size, out, out_size);
}

unsigned long C_GetFunctionList(void **list) {
  void *module = dlopen(getenv("SLOW_MODULE"), RTLD_NOW);
  struct function_list *real;
  if (module == NULL || ((list_function)dlsym(module, "C_GetFunctionList"))((void **)&real) != 0) return 5;
  memcpy(&own, real, sizeof own);
  real_init = (init_function)own.functions[42];
  own.functions[42] = (void *)slow_init;
  real_sign = (sign_function)own.functions[43];
  own.functions[43] = (void *)slow_sign;
  *list = &own;
  return 0;
}
