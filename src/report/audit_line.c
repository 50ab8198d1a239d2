/* SPDX-License-Identifier: Apache-2.0 */
/* What a line of a log is: a record, a message that a syslog daemon wrote down, or an entry of the journal.
 *
 * MUST: take the sender's name of a syslog line from its own place alone: the text behind it is anybody's. */
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/report/audit_log.h"

#define TAG "safe-docker"

/* -- records whose end is lost ------------------------------------------------------------------ */

/* Where the last comma between members of the outermost object is; 0: there is none. What stands before it is whole. */
static size_t last_member_end(const char *text, size_t len) {
  bool in_string = false;
  size_t depth = 0;
  size_t found = 0;
  for (size_t i = 0; i < len; i++) {
    char byte = text[i];
    if (in_string) {
      i += byte == '\\' ? 1 : 0;
      in_string = byte != '"';
    } else if (byte == '"') {
      in_string = true;
    } else if (byte == '{' || byte == '[') {
      depth++;
    } else if (byte == '}' || byte == ']') {
      depth -= depth > 0 ? 1 : 0;
    } else if (byte == ',' && depth == 1) {
      found = i;
    }
  }
  return found;
}

static bool read_cut(struct sd_arena *arena, const char *text, size_t len,
                     struct sd_audit_record *out) {
  size_t end = last_member_end(text, len);
  if (end == 0)
    return false;
  char *whole = sd_arena_strndup(arena, text, end + 1);
  whole[end] = '}';
  if (!sd_audit_read_record(arena, whole, end + 1, out))
    return false;
  out->cut = true;
  return true;
}

/* What does not end with a brace was cut somewhere; what does may have been cut behind one. */
static enum sd_audit_line read_text(struct sd_arena *arena, const char *text, size_t len, bool cut,
                                    struct sd_audit_record *out) {
  bool whole = len > 0 && text[len - 1] == '}' && !cut;
  if (len == 0 || text[0] != '{')
    return SD_AUDIT_DAMAGED;
  if (whole && sd_audit_read_record(arena, text, len, out))
    return SD_AUDIT_RECORD;
  return read_cut(arena, text, len, out) ? SD_AUDIT_RECORD : SD_AUDIT_DAMAGED;
}

/* -- lines of a syslog daemon ------------------------------------------------------------------- */

/* Behind the next blank; NULL: there is none. */
static const char *next_word(const char *at, const char *end) {
  const char *blank = memchr(at, ' ', (size_t)(end - at));
  return blank != NULL ? blank + 1 : NULL;
}

/* Behind the time: "Nov 22 14:00:05 " of RFC 3164, where the day may be " 2", or one word of RFC 3339. */
static const char *skip_time(const char *line, const char *end) {
  if (line < end && line[0] >= '0' && line[0] <= '9')
    return next_word(line, end);
  static const size_t length = sizeof("Nov 22 14:00:05 ") - 1;
  if ((size_t)(end - line) <= length || line[3] != ' ' || line[6] != ' ' || line[9] != ':' ||
      line[12] != ':' || line[15] != ' ')
    return NULL;
  return line + length;
}

/* Behind "safe-docker[123]: " or "safe-docker: "; NULL: the line is of another program. */
static const char *skip_tag(const char *at, const char *end) {
  static const size_t length = sizeof(TAG) - 1;
  if ((size_t)(end - at) < length || memcmp(at, TAG, length) != 0)
    return NULL;
  at += length;
  if (at < end && *at == '[') {
    at++;
    while (at < end && *at >= '0' && *at <= '9')
      at++;
    if (at == end || *at++ != ']')
      return NULL;
  }
  if (at == end || *at++ != ':')
    return NULL;
  return at < end && *at == ' ' ? at + 1 : at;
}

static enum sd_audit_line read_syslog(struct sd_arena *arena, const char *line, size_t len,
                                      bool cut, struct sd_audit_record *out) {
  const char *end = line + len;
  const char *host = skip_time(line, end);
  const char *tag = host != NULL ? next_word(host, end) : NULL;
  const char *text = tag != NULL ? skip_tag(tag, end) : NULL;
  if (text == NULL)
    return SD_AUDIT_OTHER;
  enum sd_audit_line found = read_text(arena, text, (size_t)(end - text), cut, out);
  if (found == SD_AUDIT_RECORD)
    out->trust = SD_AUDIT_UNVERIFIED;
  return found;
}

/* -- entries of the journal --------------------------------------------------------------------- */

static const char *field(const struct sd_json *entry, const char *name) {
  const struct sd_json *value = sd_json_get(entry, name);
  return value != NULL && value->type == SD_JSON_STRING ? value->string : NULL;
}

/* _UID is the kernel's word (unix(7), SCM_CREDENTIALS). _EXE was looked up later: the sender may have ended or become
 * the docker command meanwhile, so that it is missing or names that. */
static void judge_sender(struct sd_arena *arena, const struct sd_json *entry,
                         const struct sd_strv *programs, struct sd_audit_record *out) {
  const char *uid = field(entry, "_UID");
  const char *program = field(entry, "_EXE");
  uint64_t sender = 0;
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  bool known = uid != NULL && sd_number_decimal(uid, 0, UINT32_MAX - 1, &sender, &ignored);
  bool ours = program == NULL || programs == NULL || sd_strv_contains(programs, program);
  out->sender = (uint32_t)sender;
  out->of_journal = true;
  out->trust = known && sender != out->uid ? SD_AUDIT_FORGED
               : known && ours             ? SD_AUDIT_SURE
                                           : SD_AUDIT_UNVERIFIED;
}

static enum sd_audit_line read_journal(struct sd_arena *arena, const char *line, size_t len,
                                       const struct sd_audit_input *input,
                                       struct sd_audit_record *out) {
  struct sd_error ignored;
  struct sd_json *entry = NULL;
  sd_error_init(&ignored, arena);
  if (!sd_json_read_large(arena, "journal", line, len, &entry, &ignored) ||
      entry->type != SD_JSON_OBJECT)
    return SD_AUDIT_DAMAGED;
  const char *tag = field(entry, "SYSLOG_IDENTIFIER");
  const char *message = field(entry, "MESSAGE");
  if (tag != NULL && strcmp(tag, TAG) != 0)
    return SD_AUDIT_OTHER;
  if (message == NULL)
    return SD_AUDIT_DAMAGED;
  enum sd_audit_line found = read_text(arena, message, strlen(message), false, out);
  if (found == SD_AUDIT_RECORD)
    judge_sender(arena, entry, input->programs, out);
  return found;
}

/* -- all of them -------------------------------------------------------------------------------- */

/* Entries begin with a field of the journal's; records with their time. */
static bool is_entry(const char *line, size_t len) {
  static const char first[] = "{\"time\":";
  return len < sizeof(first) - 1 || memcmp(line, first, sizeof(first) - 1) != 0;
}

static enum sd_audit_form form_of(const char *line, size_t len, enum sd_audit_form told) {
  if (told != SD_AUDIT_FORM_ANY)
    return told;
  if (line[0] != '{')
    return SD_AUDIT_FORM_SYSLOG;
  return is_entry(line, len) && memmem(line, len, "\"MESSAGE\"", 9) != NULL ? SD_AUDIT_FORM_JOURNAL
                                                                            : SD_AUDIT_FORM_RECORD;
}

enum sd_audit_line sd_audit_read(struct sd_arena *arena, const char *line, size_t len,
                                 const struct sd_audit_input *input, struct sd_audit_record *out) {
  if (len > 0 && line[len - 1] == '\r')
    len--;
  if (len == 0)
    return SD_AUDIT_OTHER;
  switch (form_of(line, len, input->form)) {
  case SD_AUDIT_FORM_JOURNAL:
    return read_journal(arena, line, len, input, out);
  case SD_AUDIT_FORM_SYSLOG:
    return read_syslog(arena, line, len, input->cut, out);
  case SD_AUDIT_FORM_RECORD:
  case SD_AUDIT_FORM_ANY:
    break;
  }
  return read_text(arena, line, len, input->cut, out);
}
