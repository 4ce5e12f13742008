/* A PKCS#11 module in front of SLOW_MODULE: C_Sign takes SLOW_SIGN_MS longer, and ends the process if the file
   SLOW_CRASH is there. CK_FUNCTION_LIST is a version and then 68 functions, C_Sign the 44th (PKCS #11 2.40, section 3.6). */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long (*sign_function)(unsigned long, void *, unsigned long, void *, unsigned long *);
typedef unsigned long (*list_function)(void **);

struct function_list {
  unsigned char version[8];
  void *functions[68];
};

static struct function_list own;
static sign_function real_sign;

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
  real_sign = (sign_function)own.functions[43];
  own.functions[43] = (void *)slow_sign;
  *list = &own;
  return 0;
}
