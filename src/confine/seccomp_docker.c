/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about Docker's default profile, one a line, as a profile. Their form is described at the top of
 * profiles/seccomp/docker-default.txt. */
#include "safe-docker/confine/seccomp_docker.h"

#include <string.h>

#include "safe-docker/base/text.h"

/* Made by scripts/embed. */
extern const char sd_seccomp_docker_text[];

/* What the facts leave out: what is not allowed is refused with EPERM, and clone3 with ENOSYS, so that the C library
 * falls back to clone. */
static const char HEAD[] =
    "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1,\"archMap\":["
    "{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":[\"SCMP_ARCH_X86\",\"SCMP_ARCH_"
    "X32\"]},"
    "{\"architecture\":\"SCMP_ARCH_AARCH64\",\"subArchitectures\":[\"SCMP_ARCH_ARM\"]}],"
    "\"syscalls\":[";
static const char TAIL[] = "{\"names\":[\"clone3\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38,"
                           "\"excludes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}}]}\n";

static const struct {
  const char *sign, *op;
} operators[] = {{"==", "EQ"}, {"<", "LT"}, {"&", "MASKED_EQ"}};

/* "a0&2114060288==0", "a0==2", "a0<12" */
static void add_condition(struct sd_str *out, const char *word) {
  const char *value = word + 2 + strspn(word + 2, "=<&");
  size_t sign = (size_t)(value - (word + 2));
  for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
    if (strlen(operators[i].sign) == sign && strncmp(word + 2, operators[i].sign, sign) == 0)
      sd_str_addf(out, ",\"args\":[{\"index\":%c,\"op\":\"SCMP_CMP_%s\",\"value\":", word[1],
                  operators[i].op);
  size_t digits = strspn(value, "0123456789");
  sd_str_add_bytes(out, value, digits);
  const char *second = value + digits;
  if (sd_text_starts_with(second, "=="))
    sd_str_addf(out, ",\"valueTwo\":%s", second + 2);
  sd_str_add(out, "}]");
}

static void add_word(struct sd_str *out, const char *word) {
  if (sd_text_starts_with(word, "cap="))
    sd_str_addf(out, ",\"includes\":{\"caps\":[\"CAP_%s\"]}", word + strlen("cap="));
  else if (sd_text_starts_with(word, "kernel="))
    sd_str_addf(out, ",\"includes\":{\"minKernel\":\"%s\"}", word + strlen("kernel="));
  else
    add_condition(out, word);
}

static void add_fact(struct sd_str *out, const char *line, size_t len) {
  size_t name = strcspn(line, " \n");
  sd_str_add(out, "{\"action\":\"SCMP_ACT_ALLOW\",\"names\":[\"");
  sd_str_add_bytes(out, line, name);
  sd_str_add(out, "\"]");
  for (size_t at = name; at < len;) {
    at += strspn(line + at, " ");
    size_t word = strcspn(line + at, " \n");
    if (word > 0)
      add_word(out, sd_arena_strndup(out->arena, line + at, word));
    at += word > 0 ? word : 1;
  }
  sd_str_add(out, "},");
}

const char *sd_seccomp_docker(struct sd_arena *arena, size_t *len) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, HEAD);
  for (const char *line = sd_seccomp_docker_text; *line != '\0';) {
    size_t end = strcspn(line, "\n");
    if (end > 0 && line[0] != '#')
      add_fact(&out, line, end);
    sd_str_add_char(&out, '\n');
    line += end + (line[end] == '\n' ? 1 : 0);
  }
  sd_str_add(&out, TAIL);
  *len = out.len;
  return sd_str_text(&out);
}
