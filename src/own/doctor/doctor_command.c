/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "doctor.h"
#include "output.h"
#include "own/admin.h"
#include "own/own_words.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/trusted.h"

#define FOUND 1
#define WIDTH 80
#define WIDTH_LEAST 40
#define WIDTH_MOST 120 /* longer lines are hard to read */

static const char USAGE[] =
    "Usage:  safe-docker doctor [OPTIONS]\n"
    "        safe-docker doctor set KEY VALUE\n"
    "        safe-docker doctor unset KEY\n"
    "\n"
    "Tells whether this host is hardened: what is wrong, why it matters, and what mends it.\n"
    "Ends with 1 where a check fails.\n"
    "\n"
    "Options:\n"
    "      --all                Show what is well, too\n"
    "      --facts FILE         Judge a recorded host in the place of this one\n"
    "      --format text|json   How to answer (default \"text\")\n"
    "      --record             Write what is known of this host, and judge nothing\n"
    "      --strict             End with 1 where there is a warning, too\n"
    "\n"
    "See safe-docker-doctor(8).\n";

static bool read_recorded(struct session *session, const char *path, struct facts *out,
                          struct sd_error *err) {
  const char *text = doctor_read(session->arena, path, SD_JSON_LARGE_BYTES);
  if (text == NULL)
    return sd_fail(err, "%s: there is no such file, or it cannot be read", path);
  return facts_read(session->arena, path, text, strlen(text), out, err);
}

static void collect(struct session *session, struct facts *out) {
  struct doctor doctor = {.session = session, .arena = session->arena};
  for (size_t i = 0; i < doctor_areas_count; i++)
    doctor_areas[i].collect(&doctor, out);
}

static size_t terminal_width(void) {
  struct winsize size = {0};
  if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
      size.ws_col == 0)
    return WIDTH;
  size_t width = size.ws_col < WIDTH_LEAST ? WIDTH_LEAST : size.ws_col;
  return width < WIDTH_MOST ? width : WIDTH_MOST;
}

static int judge(struct session *session, const struct own_words *given,
                 const struct facts *facts) {
  struct sd_arena *arena = session->arena;
  struct findings findings = {.arena = arena};
  struct doctor_view view = {.all = own_words_value(given, "--all") != NULL,
                             .colour = output_wants_colour(STDOUT_FILENO),
                             .width = terminal_width()};
  bool strict = own_words_value(given, "--strict") != NULL;
  bool bad = false;
  for (size_t i = 0; i < doctor_areas_count; i++)
    doctor_areas[i].judge(facts, &findings);
  for (size_t i = 0; i < findings.v.len; i++) {
    enum finding_status status = findings.v.items[i].status;
    bad = bad || status == FINDING_FAIL || (strict && status == FINDING_WARN);
  }
  const char *text = own_words_is(given, "--format", "json") ? doctor_json(arena, &findings)
                                                             : doctor_text(arena, &findings, &view);
  return output_answer(arena, text, bad ? FOUND : 0);
}

static int run(struct session *session, const struct own_words *given) {
  const char *recorded = own_words_value(given, "--facts");
  struct facts facts = {0};
  struct sd_error err;
  sd_error_init(&err, session->arena);
  if (recorded == NULL && !admin_is(session))
    return admin_hand_over(session, "doctor", given->typed);
  if (recorded == NULL)
    collect(session, &facts);
  else if (!read_recorded(session, recorded, &facts, &err))
    return output_complain(session->arena, &err);
  if (own_words_value(given, "--record") == NULL)
    return judge(session, given, &facts);
  struct sd_str out;
  sd_str_init(&out, session->arena);
  facts_write(session->arena, &facts, &out);
  return output_answer(session->arena, sd_str_text(&out), 0);
}

static int refuse(struct sd_arena *arena, const char *word) {
  struct sd_error err;
  sd_error_init(&err, arena);
  (void)sd_fail_rule(&err, NULL,
                     "its commands are set and unset; without one it looks at this host",
                     "doctor: there is no command \"%s\"", sd_text_safe(arena, word));
  return output_complain(arena, &err);
}

int doctor_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {{"--all", NULL},           {"--facts", ""},
                                              {"--format", "text|json"}, {"--record", NULL},
                                              {"--strict", NULL},        {NULL, NULL}};
  static const struct own_form form = {.command = "doctor",
                                       .usage = "safe-docker doctor [OPTIONS]",
                                       .options = options,
                                       .help = USAGE,
                                       .run = run};
  if (words[0] != NULL && strcmp(words[0], "set") == 0)
    return doctor_set_command(session, words + 1);
  if (words[0] != NULL && strcmp(words[0], "unset") == 0)
    return doctor_unset_command(session, words + 1);
  if (words[0] != NULL && words[0][0] != '-')
    return refuse(session->arena, words[0]);
  return own_command(session, words, &form);
}
