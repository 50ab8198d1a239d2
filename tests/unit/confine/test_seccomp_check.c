/* SPDX-License-Identifier: Apache-2.0 */
/* What the check says of profiles: each kind of warning by one that deserves it and a neighbour that does not. */
#include <stdio.h>
#include <string.h>

#include "../support.h"

#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/confine/seccomp_check.h"
#include "safe-docker/confine/seccomp_constants.h"
#include "safe-docker/confine/seccomp_docker.h"
#include "safe-docker/confine/seccomp_survey.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define AMD64 0xc000003e
#define DENY "\"defaultAction\":\"SCMP_ACT_ERRNO\""
#define MAP                                                                                        \
  ",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":["                    \
  "\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"]}]"
#define RULE(action, names, rest)                                                                  \
  "{\"action\":\"SCMP_ACT_" action "\",\"names\":[" names "]" rest "}"
#define ALLOW(names) RULE("ALLOW", names, "")
#define IF(names, index, op, value)                                                                \
  RULE("ALLOW", names,                                                                             \
       ",\"args\":[{\"index\":" #index ",\"op\":\"SCMP_CMP_" op "\",\"value\":" #value "}]")
#define WITHOUT(names, index, bits)                                                                \
  RULE("ALLOW", names,                                                                             \
       ",\"args\":[{\"index\":" #index ",\"op\":\"SCMP_CMP_MASKED_EQ\",\"value\":" #bits           \
       ",\"valueTwo\":0}]")
#define REFUSE_IF(names, value)                                                                    \
  RULE("ERRNO", names,                                                                             \
       ",\"errnoRet\":38,\"args\":[{\"index\":0,\"op\":\"SCMP_CMP_EQ\",\"value\":" #value "}]")
#define CAPS(key, cap) ",\"" key "\":{\"caps\":[\"" cap "\"]}"

struct world {
  struct sd_arena arena;
  struct sd_strv capabilities;
  struct sd_seccomp_target target;
};

static void open_world(struct world *world) {
  memset(world, 0, sizeof(*world));
  sd_arena_init(&world->arena);
  world->target = (struct sd_seccomp_target){AMD64, SD_SECCOMP_NEWEST, &world->capabilities};
}

static const char *profile_text(struct sd_arena *arena, const char *head, const char *rules) {
  return sd_arena_printf(arena, "{%s,\"syscalls\":[%s]}", head, rules);
}

/* All findings as lines "LINE:COLUMN kind: message". */
static const char *findings_of(struct world *world, const char *text) {
  struct sd_seccomp_findings findings;
  struct sd_str out;
  sd_str_init(&out, &world->arena);
  sd_seccomp_check(&world->arena, "p.json", text, strlen(text), &world->target, &findings);
  for (size_t i = 0; i < findings.v.len; i++) {
    const struct sd_seccomp_finding *finding = &findings.v.items[i];
    assert_true(finding->line > 0 && finding->column > 0);
    assert_int_equal(finding->error, strcmp(finding->kind, "error") == 0);
    sd_str_addf(&out, "%u:%u %s: %s\n", finding->line, finding->column, finding->kind,
                finding->message);
  }
  return sd_str_text(&out);
}

static const struct {
  const char *head, *rules;
  const char *words; /* of the finding; with ! in front: not among them */
} rows[] = {
    {DENY, ALLOW("\"raed\""), "error: unknown system call \"raed\""},
    {DENY, ALLOW("\"getpidd\""), "did you mean getpid?"},
    {DENY, ALLOW("\"read\"") "," ALLOW("\"wriet\"") "," ALLOW("\"opne\""), "\"wriet\""},
    {DENY, ALLOW("\"read\"") "," ALLOW("\"wriet\"") "," ALLOW("\"opne\""), "\"opne\""},
    {DENY, ALLOW("\"read\""), "!error"},
    {DENY, ALLOW("\"read\""), "!: "}, /* nothing at all */
    {DENY, RULE("ERRNO", "\"mount\"", ""), "repeats-default: "},
    {DENY, RULE("ERRNO", "\"mount\"", ",\"errnoRet\":38"), "!repeats-default"},
    {DENY, RULE("ALLOW", "\"read\"", CAPS("includes", "CAP_BPF") CAPS("excludes", "CAP_BPF")),
     "never-applies: no container gets the rule: it includes and excludes CAP_BPF"},
    {DENY, RULE("ALLOW", "\"read\"", CAPS("includes", "CAP_BPF") CAPS("excludes", "CAP_CHOWN")),
     "!never-applies"},
    {DENY,
     RULE("ALLOW", "\"read\"",
          ",\"includes\":{\"minKernel\":\"5.0\"},\"excludes\":{\"minKernel\":\"4.8\"}"),
     "never-applies: no container gets the rule: it excludes every kernel"},
    {DENY,
     RULE("ALLOW", "\"read\"",
          ",\"includes\":{\"minKernel\":\"4.8\"},\"excludes\":{\"minKernel\":\"5.0\"}"),
     "!never-applies"},
    {DENY,
     RULE("ALLOW", "\"read\"",
          ",\"includes\":{\"arches\":[\"arm64\"]},\"excludes\":{\"arches\":[\"arm64\",\"arm\"]}"),
     "never-applies: no container gets the rule: it excludes every architecture"},
    {DENY, RULE("ALLOW", "\"read\"", ",\"includes\":{\"arches\":[\"x32\"]}"), "only x32"},
    {DENY, RULE("ALLOW", "\"read\"", ",\"includes\":{\"arches\":[\"amd64\",\"x32\"]}"),
     "!never-applies"},
    {DENY, IF("\"socket\"", 0, "LT", 0), "never-applies: the conditions of the rule never hold"},
    {DENY, IF("\"socket\"", 0, "LT", 1), "!never-applies"},
    {DENY, ALLOW("\"read\",\"write\",\"read\""), "duplicate: read: named twice in the rule"},
    {DENY, ALLOW("\"read\",\"write\""), "!duplicate"},
    {DENY, ALLOW("\"read\"") "," ALLOW("\"write\",\"read\""),
     "duplicate: read: the rule of line 1 says the same"},
    {DENY, ALLOW("\"read\"") "," RULE("ALLOW", "\"read\"", CAPS("includes", "CAP_BPF")),
     "covered: read: the rule of line 1 does the same in all cases"},
    {DENY, RULE("ALLOW", "\"read\"", CAPS("includes", "CAP_BPF")) "," ALLOW("\"read\""),
     "covered: read"},
    {DENY,
     RULE("ALLOW", "\"read\"", CAPS("includes", "CAP_BPF")) "," RULE("ALLOW", "\"read\"",
                                                                     CAPS("includes", "CAP_CHOWN")),
     "!covered"},
    {DENY, IF("\"socket\"", 0, "EQ", 1) "," IF("\"socket\"", 0, "LT", 5), "covered: socket"},
    {DENY, IF("\"socket\"", 0, "EQ", 5) "," IF("\"socket\"", 0, "LT", 5), "!covered"},
    {DENY, IF("\"socket\"", 0, "LT", 5) "," IF("\"socket\"", 0, "LE", 9), "covered: socket"},
    {DENY, IF("\"socket\"", 0, "LT", 5) "," IF("\"socket\"", 0, "GT", 1), "!covered"},
    {DENY, IF("\"socket\"", 0, "EQ", 4294967297) "," IF("\"socket\"", 0, "GT", 5), "!covered"},
    {DENY, IF("\"socket\"", 0, "EQ", 1) "," IF("\"socket\"", 1, "EQ", 1), "!covered"},
    {DENY, ALLOW("\"socket\"") "," REFUSE_IF("\"socket\"", 38), "conflict: socket: "},
    {DENY, ALLOW("\"socket\"") "," REFUSE_IF("\"socket\"", 38),
     "for socket(AF_ALG) libseccomp makes of it: "},
    {DENY, IF("\"socket\"", 0, "EQ", 1) "," REFUSE_IF("\"socket\"", 38), "!conflict"},
    {DENY, IF("\"socket\"", 0, "GE", 38) "," REFUSE_IF("\"socket\"", 38), "conflict"},
    {DENY, IF("\"socket\"", 0, "GT", 38) "," REFUSE_IF("\"socket\"", 38), "!conflict"},
    {DENY,
     RULE("ALLOW", "\"read\"", CAPS("includes", "CAP_BPF")) "," RULE("KILL", "\"read\"",
                                                                     CAPS("excludes", "CAP_BPF")),
     "!conflict"},
    {DENY, ALLOW("\"read\"") "," RULE("ERRNO", "\"read\"", ""),
     "so it takes nothing from the other"},
    {"\"defaultAction\":\"SCMP_ACT_ALLOW\"", RULE("ERRNO", "\"mount\"", ""), "default-allows: "},
    {"\"defaultAction\":\"SCMP_ACT_LOG\"", RULE("ERRNO", "\"mount\"", ""), "default-allows: "},
    {DENY, ALLOW("\"read\""), "!default-allows"},
    {DENY MAP, ALLOW("\"read\""), "x32-open: "},
    {DENY MAP, ALLOW("\"read\""), "i386-open: "},
    {DENY ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X32\"]", ALLOW("\"read\""),
     "!i386-open"},
    {DENY ",\"architectures\":[\"SCMP_ARCH_X86_64\"]", ALLOW("\"read\""), "!x32-open"},
    {DENY ",\"architectures\":[\"SCMP_ARCH_AARCH64\"]", ALLOW("\"read\""),
     "machine-missing: the architectures of the profile lack the machine's, amd64"},
    {DENY ",\"architectures\":[\"SCMP_ARCH_X86_64\"]", ALLOW("\"read\""), "!machine-missing"},
    {DENY MAP, IF("\"socket\"", 0, "EQ", 1) "," ALLOW("\"bind\""),
     "multiplexer-open: socketcall of x86"},
    {DENY MAP, IF("\"socket\"", 0, "EQ", 1) "," RULE("ERRNO", "\"socketcall\"", ",\"errnoRet\":38"),
     "!multiplexer-open"},
    {DENY MAP, ALLOW("\"socket\""), "!multiplexer-open"},
    {DENY, IF("\"socket\"", 0, "EQ", 1), "!multiplexer-open"},
    {DENY, RULE("ERRNO", "\"open\"", ",\"errnoRet\":11"),
     "misleading-errno: refusing with errno 11"},
    {DENY, RULE("ERRNO", "\"open\"", ",\"errnoRet\":514"), "misleading-errno: "},
    {DENY, RULE("ERRNO", "\"open\"", ",\"errnoRet\":4000"), "no program knows it"},
    {DENY, RULE("ERRNO", "\"open\"", ",\"errnoRet\":38"), "!misleading-errno"},
    {DENY, RULE("TRACE", "\"open\"", ",\"errnoRet\":11"), "!misleading-errno"},
    {DENY ",\"defaultErrnoRet\":4", "", "misleading-errno"},
    {DENY, RULE("ERRNO", "\"open\"", ",\"errnoRet\":0"), "error: errno 0"},
    {DENY, ALLOW("\"mseal\",\"read\""), "newer-call: mseal: "},
    {DENY, ALLOW("\"read\""), "!newer-call"},
};

static void test_findings(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct world world;
    open_world(&world);
    const char *found =
        findings_of(&world, profile_text(&world.arena, rows[i].head, rows[i].rules));
    bool absent = rows[i].words[0] == '!';
    if ((strstr(found, rows[i].words + (absent ? 1 : 0)) != NULL) == absent)
      fail_msg("row %zu, %s: %s", i, rows[i].words, found);
    sd_arena_finish(&world.arena);
  }
}

static const struct {
  const char *rules;
  const char *cap;   /* that the container holds, or NULL */
  const char *words; /* as above */
} dangers[] = {
    {ALLOW("\"ptrace\""), NULL, "dangerous-call: ptrace is allowed (amd64): "},
    {ALLOW("\"read\""), NULL, "!dangerous-call"},
    {RULE("ALLOW", "\"mount\"", CAPS("includes", "CAP_SYS_ADMIN")), NULL, "!dangerous-call"},
    {RULE("ALLOW", "\"mount\"", CAPS("includes", "CAP_SYS_ADMIN")), "SYS_ADMIN",
     "mount is allowed"},
    {RULE("TRACE", "\"bpf\"", ""), NULL, "bpf is allowed"},
    {RULE("KILL", "\"bpf\"", ""), NULL, "!dangerous-call"},
    {ALLOW("\"clone\""), NULL, "clone with CLONE_NEWUSER is allowed"},
    {WITHOUT("\"clone\"", 0, 2114060288), NULL, "!dangerous-call"},
    {WITHOUT("\"clone\"", 0, 268435456), NULL, "!CLONE_NEWUSER"},
    {WITHOUT("\"clone\"", 0, 268435456), NULL, "CLONE_NEWNS"},
    {IF("\"clone\"", 0, "EQ", 268435473), NULL, "clone with CLONE_NEWUSER is allowed"},
    {IF("\"socket\"", 0, "EQ", 40), NULL, "socket with AF_VSOCK is allowed"},
    {IF("\"socket\"", 0, "EQ", 2), NULL, "!dangerous-call"},
    {IF("\"socket\"", 0, "NE", 38), NULL, "socket with AF_ALG is allowed as 0x100000026, of which"},
    {IF("\"socket\"", 0, "LT", 38), NULL, "!AF_ALG"},
    {RULE("ALLOW", "\"socket\"",
          ",\"args\":[{\"index\":0,\"op\":\"SCMP_CMP_EQ\",\"value\":38},"
          "{\"index\":1,\"op\":\"SCMP_CMP_EQ\",\"value\":5}]"),
     NULL, "socket with AF_ALG is allowed"},
    {IF("\"personality\"", 0, "EQ", 4294967295), NULL, "!dangerous-call"},
    {IF("\"personality\"", 0, "EQ", 262144), NULL, "ADDR_NO_RANDOMIZE"},
    {IF("\"mknod\"", 1, "EQ", 24576), NULL, "mknod with S_IFBLK"},
    {IF("\"mknod\"", 1, "EQ", 32768), NULL, "!dangerous-call"},
    {IF("\"ioctl\"", 1, "EQ", 21505), NULL, "!dangerous-call"},
    {IF("\"ioctl\"", 1, "EQ", 21522), NULL, "ioctl with TIOCSTI"},
};

static void test_dangers(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(dangers); i++) {
    struct world world;
    open_world(&world);
    if (dangers[i].cap != NULL)
      sd_strv_add(&world.capabilities, &world.arena, dangers[i].cap);
    const char *found = findings_of(&world, profile_text(&world.arena, DENY, dangers[i].rules));
    bool absent = dangers[i].words[0] == '!';
    if ((strstr(found, dangers[i].words + (absent ? 1 : 0)) != NULL) == absent)
      fail_msg("row %zu, %s: %s", i, dangers[i].words, found);
    sd_arena_finish(&world.arena);
  }
}

/* Every row of the table is of a call, and is found in a profile that allows everything. */
static void test_danger_table(void **state) {
  (void)state;
  static const struct {
    const char *call, *what;
  } table[] = {
#define SD_DANGER(call, argument, mask, value, what, reason) {call, what},
#include "../../../src/confine/seccomp_dangers.def"
#undef SD_DANGER
  };
  struct world world;
  open_world(&world);
  const char *text = profile_text(&world.arena, "\"defaultAction\":\"SCMP_ACT_ALLOW\"" MAP, "");
  const char *found = findings_of(&world, text);
  for (size_t i = 0; i < COUNT(table); i++) {
    assert_true(sd_seccomp_has_call(table[i].call));
    int number = 0;
    const char *words = sd_arena_printf(&world.arena, " %s%s%s is allowed", table[i].call,
                                        table[i].what[0] != '\0' ? " with " : "", table[i].what);
    bool here = sd_seccomp_number_of(AMD64, table[i].call, &number);
    if (here && strstr(found, words) == NULL)
      fail_msg("%s: %s", words, found);
  }
  sd_arena_finish(&world.arena);
}

static void test_places(void **state) {
  (void)state;
  struct world world;
  open_world(&world);
  const char *found = findings_of(&world, "{\n  \"defaultAction\": \"SCMP_ACT_ERRNO\",\n"
                                          "  \"syscalls\": [\n    {\"names\": [\"read\",\n"
                                          "      \"ptrace\"], \"action\": \"SCMP_ACT_ALLOW\"}]}");
  assert_int_equal(strncmp(found, "5:7 dangerous-call: ptrace", 26), 0);
  sd_arena_finish(&world.arena);
}

/* So many findings that not all are kept; names with control bytes; what takes libseccomp too long. */
static void test_excess(void **state) {
  (void)state;
  struct world world;
  struct sd_str rules;
  open_world(&world);
  sd_str_init(&rules, &world.arena);
  for (int i = 0; i < 600; i++)
    sd_str_addf(&rules, "%s" RULE("ERRNO", "\"mount\"", ""), i > 0 ? "," : "");
  struct sd_seccomp_findings findings;
  const char *text = profile_text(&world.arena, DENY, sd_str_text(&rules));
  sd_seccomp_check(&world.arena, "p.json", text, strlen(text), &world.target, &findings);
  assert_true(findings.more);
  assert_int_equal(findings.v.len, 500);
  assert_true(findings.warnings >= 600);
  const char *found =
      findings_of(&world, profile_text(&world.arena, DENY, ALLOW("\"re\\u001b[31mad\\u0007\"")));
  assert_non_null(strstr(found, "error: "));
  assert_null(strchr(found, '\033'));
  assert_null(strchr(found, '\a'));
  sd_str_init(&rules, &world.arena);
  for (int i = 0; i < 300; i++)
    sd_str_addf(&rules,
                "%s{\"action\":\"SCMP_ACT_ALLOW\",\"names\":[\"socket\"],\"args\":[{\"index\":0,"
                "\"op\":\"SCMP_CMP_EQ\",\"value\":%d}]}",
                i > 0 ? "," : "", i);
  found = findings_of(&world, profile_text(&world.arena, DENY, sd_str_text(&rules)));
  assert_non_null(strstr(found, "error: 300 comparisons of arguments"));
  sd_arena_finish(&world.arena);
}

static void test_values(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint64_t value;
  } good[] = {{"0", 0},
              {"10", 10},
              {"0x1F", 31},
              {"0777", 511},
              {"18446744073709551615", UINT64_MAX},
              {"0xffffffffffffffff", UINT64_MAX},
              {"-1", UINT64_MAX},
              {"AF_INET", 2},
              {"CLONE_NEWUSER|CLONE_NEWNS|17", 0x10020011},
              {"SOCK_STREAM|SOCK_CLOEXEC", 0x80001}};
  static const char *const bad[] = {"",
                                    "AF_INETT",
                                    "1x",
                                    "0x",
                                    "0x10000000000000000",
                                    "|",
                                    "1|",
                                    "18446744073709551616",
                                    "08",
                                    "--1",
                                    "af_inet",
                                    "\033[31m"};
  struct world world;
  open_world(&world);
  for (size_t i = 0; i < COUNT(good); i++) {
    struct sd_error err;
    uint64_t value = 0;
    sd_error_init(&err, &world.arena);
    if (!sd_seccomp_parse_value(&world.arena, good[i].text, &value, &err))
      fail_msg("%s: %s", good[i].text, err.message);
    assert_int_equal(value, good[i].value);
  }
  for (size_t i = 0; i < COUNT(bad); i++) {
    struct sd_error err;
    uint64_t value = 7;
    sd_error_init(&err, &world.arena);
    if (sd_seccomp_parse_value(&world.arena, bad[i], &value, &err))
      fail_msg("\"%s\" was taken for %llu", bad[i], (unsigned long long)value);
    assert_int_equal(value, 7);
    assert_null(strchr(err.message, '\033'));
  }
  sd_arena_finish(&world.arena);
}

static void test_words(void **state) {
  (void)state;
  static const struct {
    const char *call, *when, *words;
  } annotated[] = {
      {"socket", "arg0 == 2", "arg0 == 2 (AF_INET)"},
      {"socket", "arg0 == 2 && arg1 != 3", "arg0 == 2 (AF_INET) && arg1 != 3 (SOCK_RAW)"},
      {"clone", "(arg0 & 0x10020000) == 0x0",
       "(arg0 & 0x10020000) == 0x0 (none of CLONE_NEWUSER|CLONE_NEWNS)"},
      {"clone", "(arg0 & 0x10020000) == 0x20000", "(arg0 & 0x10020000) == 0x20000 (CLONE_NEWNS)"},
      {"read", "arg0 == 2", "arg0 == 2"},
      {"socket", "arg3 == 2", "arg3 == 2"},
      {"socket", "arg0 == 99", "arg0 == 99"},
      {"socket", "", ""},
  };
  struct world world;
  open_world(&world);
  for (size_t i = 0; i < COUNT(annotated); i++)
    assert_string_equal(sd_seccomp_annotate(&world.arena, annotated[i].call, annotated[i].when),
                        annotated[i].words);
  const uint64_t args[6] = {38, 0x80005};
  assert_string_equal(sd_seccomp_spell_call(&world.arena, "socket", args, 0),
                      "socket(AF_ALG, SOCK_CLOEXEC|SOCK_SEQPACKET)");
  const uint64_t zeros[6] = {0};
  assert_string_equal(sd_seccomp_spell_call(&world.arena, "socket", zeros, 0), "socket()");
  assert_string_equal(sd_seccomp_spell_call(&world.arena, "socket", zeros, 1), "socket(AF_UNSPEC)");
  sd_arena_finish(&world.arena);
}

/* -- surveys and differences --------------------------------------------------------------------- */

static struct sd_seccomp_made make(struct world *world, const char *name, const char *text) {
  struct sd_error err;
  struct sd_seccomp_made made;
  sd_error_init(&err, &world->arena);
  if (!sd_seccomp_make(&world->arena, name, text, strlen(text), &world->target, &made, &err))
    fail_msg("%s", err.message);
  return made;
}

static const struct sd_seccomp_survey_call *find(const struct sd_seccomp_survey *survey,
                                                 const char *name) {
  for (size_t i = 0; i < survey->calls.len; i++)
    if (strcmp(survey->calls.items[i].name, name) == 0)
      return &survey->calls.items[i];
  fail_msg("%s is missing", name);
  return NULL;
}

static void test_survey(void **state) {
  (void)state;
  struct world world;
  open_world(&world);
  const char *own = profile_text(
      &world.arena, DENY MAP,
      ALLOW("\"read\",\"ptrace\"") "," IF("\"socket\"", 0, "EQ", 2) "," RULE(
          "ERRNO", "\"clone3\"", ",\"errnoRet\":38") "," IF("\"personality\"", 0, "LT", 9));
  const char *other =
      profile_text(&world.arena, DENY MAP,
                   ALLOW("\"read\",\"write\",\"socket\"") "," IF("\"personality\"", 0, "GT", 5));
  struct sd_seccomp_made made = make(&world, "own", own);
  struct sd_seccomp_made beside = make(&world, "other", other);
  struct sd_seccomp_survey survey = {0};
  sd_seccomp_look(&world.arena, &made, AMD64, &beside, &survey);
  static const struct {
    const char *name;
    enum sd_seccomp_extent extent;
    enum sd_seccomp_comparison beside;
  } wanted[] = {
      {"read", SD_SECCOMP_ALWAYS, SD_SECCOMP_SAME},
      {"ptrace", SD_SECCOMP_ALWAYS, SD_SECCOMP_MORE},
      {"write", SD_SECCOMP_NEVER, SD_SECCOMP_LESS},
      {"socket", SD_SECCOMP_SOMETIMES, SD_SECCOMP_LESS},
      {"personality", SD_SECCOMP_SOMETIMES, SD_SECCOMP_OTHER},
      {"clone3", SD_SECCOMP_NEVER, SD_SECCOMP_SAME},
      {"mount", SD_SECCOMP_NEVER, SD_SECCOMP_SAME},
  };
  for (size_t i = 0; i < COUNT(wanted); i++) {
    const struct sd_seccomp_survey_call *call = find(&survey, wanted[i].name);
    if (call->extent != wanted[i].extent || call->beside != wanted[i].beside)
      fail_msg("%s: %d %d", wanted[i].name, call->extent, call->beside);
  }
  const struct sd_seccomp_survey_call *socket = find(&survey, "socket");
  assert_int_equal(socket->when.v.len, 1);
  assert_string_equal(socket->when.v.items[0], "arg0 == 2 (AF_INET)");
  assert_int_equal(find(&survey, "clone3")->action & 0xffff, 38);
  sd_arena_finish(&world.arena);
}

static void test_differ(void **state) {
  (void)state;
  struct world world;
  open_world(&world);
  const char *first = profile_text(&world.arena, DENY MAP, ALLOW("\"read\",\"ptrace\",\"socket\""));
  const char *second =
      profile_text(&world.arena, DENY ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"]",
                   ALLOW("\"read\",\"write\"") "," IF("\"socket\"", 0, "NE", 38) "," RULE(
                       "ERRNO", "\"clone3\"", ",\"errnoRet\":38"));
  struct sd_seccomp_made a = make(&world, "first", first);
  struct sd_seccomp_made b = make(&world, "second", second);
  struct sd_seccomp_comparisons none = {{NULL, 0, 0}};
  sd_seccomp_differ(&world.arena, &a, &a, &none);
  assert_int_equal(none.v.len, 0);
  struct sd_seccomp_comparisons found = {{NULL, 0, 0}};
  sd_seccomp_differ(&world.arena, &a, &b, &found);
  assert_int_equal(found.v.len, 3);
  assert_int_equal(found.v.items[0].arch, AMD64);
  assert_true(found.v.items[2].open[0] && !found.v.items[2].open[1]);
  struct sd_str out;
  sd_str_init(&out, &world.arena);
  for (size_t i = 0; i < found.v.items[0].v.len; i++) {
    const struct sd_seccomp_difference *difference = &found.v.items[0].v.items[i];
    sd_str_addf(&out, "%s %d %s %s\n", difference->name, difference->second,
                difference->only_first != NULL ? difference->only_first : "-",
                difference->only_second != NULL ? difference->only_second : "-");
  }
  assert_string_equal(sd_str_text(&out), "clone3 0 - -\nptrace 2 ptrace() -\n"
                                         "socket 2 socket(AF_ALG) -\nwrite 1 - write()\n");
  sd_arena_finish(&world.arena);
}

static void test_judge(void **state) {
  (void)state;
  struct world world;
  open_world(&world);
  struct sd_seccomp_made made =
      make(&world, "p", profile_text(&world.arena, DENY MAP, IF("\"socket\"", 0, "EQ", 2)));
  const uint64_t inet[6] = {2};
  const uint64_t unknown[6] = {38};
  struct sd_seccomp_verdicts verdicts = {{NULL, 0, 0}};
  sd_seccomp_judge(&world.arena, &made, "socket", inet, &verdicts);
  assert_int_equal(verdicts.v.len, 4); /* amd64, x86, x86 through socketcall, x32 */
  assert_true(sd_seccomp_allows_action(verdicts.v.items[0].action));
  assert_int_equal(verdicts.v.items[0].rulings.v.len, 1);
  assert_int_equal(verdicts.v.items[0].rulings.v.items[0].line, 1);
  verdicts = (struct sd_seccomp_verdicts){{NULL, 0, 0}};
  sd_seccomp_judge(&world.arena, &made, "socket", unknown, &verdicts);
  assert_false(sd_seccomp_allows_action(verdicts.v.items[0].action));
  assert_int_equal(verdicts.v.items[0].rulings.v.len, 0);
  bool through = false;
  for (size_t i = 0; i < verdicts.v.len; i++)
    through = through || (verdicts.v.items[i].through != NULL &&
                          sd_seccomp_allows_action(verdicts.v.items[i].action));
  assert_true(through); /* libseccomp opens socketcall along with socket */
  sd_arena_finish(&world.arena);
}

/* Docker's default profile parses, and its rules stand on the lines of their facts. */
static void test_docker(void **state) {
  (void)state;
  struct world world;
  open_world(&world);
  size_t len = 0;
  const char *text = sd_seccomp_docker(&world.arena, &len);
  assert_int_equal(len, strlen(text));
  struct sd_seccomp_made made = make(&world, "docker", text);
  struct sd_seccomp_survey survey = {0};
  sd_seccomp_look(&world.arena, &made, AMD64, NULL, &survey);
  assert_int_equal(find(&survey, "read")->extent, SD_SECCOMP_ALWAYS);
  assert_int_equal(find(&survey, "mount")->extent, SD_SECCOMP_NEVER);
  assert_int_equal(find(&survey, "clone")->extent, SD_SECCOMP_SOMETIMES);
  assert_int_equal(find(&survey, "clone3")->action & 0xffff, 38);
  assert_true(find(&survey, "socket")->when.v.len > 20);
  sd_arena_finish(&world.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_findings),     cmocka_unit_test(test_dangers),
      cmocka_unit_test(test_danger_table), cmocka_unit_test(test_places),
      cmocka_unit_test(test_excess),       cmocka_unit_test(test_values),
      cmocka_unit_test(test_words),        cmocka_unit_test(test_survey),
      cmocka_unit_test(test_differ),       cmocka_unit_test(test_judge),
      cmocka_unit_test(test_docker),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
