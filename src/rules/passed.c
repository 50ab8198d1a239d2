/* SPDX-License-Identifier: Apache-2.0 */
/* Values of refused options that the policy lets through (options.allow): it allows the option, not
 * whatever the daemon and the runtimes behind it would read out of its value.
 *
 * MUST: know a check for every row that the policy can open; without one nothing is handed on. */
#include "passed.h"

#include <string.h>

#include "checks.h"
#include "internal.h"
#include "others.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#define WEIGHT_MAX 1000

typedef bool check_value(const struct sd_rule_input *in, const char *value);

/* -- annotations ------------------------------------------------------------------------------- */

/* What runtimes and their hooks read: properties of the systemd unit, limits among them (runc),
 * files to write and groups to keep (crun), devices (CDI), settings of the machine (Kata, gVisor).
 */
static const char *const families[] = {
    "cdi.k8s.io/",        "com.docker.",    "dev.gvisor.",  "io.containerd.",
    "io.katacontainers.", "io.kubernetes.", "module.wasm.", "nvidia.",
    "org.criu.",          "org.systemd.",   "run.oci.",     "io.cri-o.",
};

static bool is_annotation(const struct sd_rule_input *in, const char *value) {
  const char *key = sd_arena_strndup(in->arena, value, strcspn(value, "="));
  for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
    if (sd_text_starts_with(key, families[i]))
      return false;
  return value[strlen(key)] == '=' && sd_check_word(key) && sd_text_is_printable(value);
}

/* -- block devices ----------------------------------------------------------------------------- */

/* "/dev/NAME:NUMBER"; the daemon looks at the path as root. Gives the number. */
static const char *device_value(const struct sd_rule_input *in, const char *value) {
  const char *colon = strchr(value, ':');
  const char *clean = NULL;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (colon == NULL)
    return NULL;
  const char *path = sd_arena_strndup(in->arena, value, (size_t)(colon - value));
  bool good = sd_path_clean(in->arena, path, &clean, &err) && strcmp(clean, path) == 0 &&
              strcmp(path, "/dev") != 0 && sd_path_within(path, "/dev");
  return good ? colon + 1 : NULL;
}

static bool is_device_weight(const struct sd_rule_input *in, const char *value) {
  uint64_t weight = 0;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  const char *number = device_value(in, value);
  return number != NULL && sd_number_decimal(number, 0, WEIGHT_MAX, &weight, &err);
}

static bool is_device_size(const struct sd_rule_input *in, const char *value) {
  int64_t size = 0;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  const char *number = device_value(in, value);
  return number != NULL && sd_number_size(number, &size, &err) && size >= 0;
}

static bool is_device_count(const struct sd_rule_input *in, const char *value) {
  uint64_t count = 0;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  const char *number = device_value(in, value);
  return number != NULL && sd_number_decimal(number, 0, INT64_MAX, &count, &err);
}

/* -- addresses, storage ------------------------------------------------------------------------ */

static bool is_address(const struct sd_rule_input *in, const char *value, bool v6) {
  const char *ip = NULL;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  return sd_ip_parse(in->arena, value, &ip, &err) && (strchr(ip, ':') != NULL) == v6;
}

static bool is_ip4(const struct sd_rule_input *in, const char *value) {
  return is_address(in, value, false);
}

static bool is_ip6(const struct sd_rule_input *in, const char *value) {
  return is_address(in, value, true);
}

static bool is_ip(const struct sd_rule_input *in, const char *value) {
  return is_ip4(in, value) || is_ip6(in, value);
}

static bool is_mac(const struct sd_rule_input *in, const char *value) {
  (void)in;
  return sd_check_mac(value);
}

/* The others are those of drivers that are gone, or of Windows. */
static bool is_storage_size(const struct sd_rule_input *in, const char *value) {
  int64_t size = 0;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  return sd_text_starts_with(value, "size=") &&
         sd_number_size(value + strlen("size="), &size, &err) && size > 0;
}

/* -- the table --------------------------------------------------------------------------------- */

struct passed {
  enum sd_option_id id;
  check_value *check; /* NULL: a number, which the parser has judged */
  const char *form;   /* of a value that passes */
};

static const struct passed rows[] = {
    {SD_OPT_ANNOTATION, is_annotation,
     "write KEY=VALUE with a key of your own; those that a runtime reads stay refused"},
    {SD_OPT_BLKIO_WEIGHT_DEVICE, is_device_weight, "write /dev/NAME:WEIGHT"},
    {SD_OPT_CPU_RT_PERIOD, NULL, ""},
    {SD_OPT_CPU_RT_RUNTIME, NULL, ""},
    {SD_OPT_DEVICE_READ_BPS, is_device_size, "write /dev/NAME:SIZE, such as /dev/sda:1mb"},
    {SD_OPT_DEVICE_READ_IOPS, is_device_count, "write /dev/NAME:NUMBER"},
    {SD_OPT_DEVICE_WRITE_BPS, is_device_size, "write /dev/NAME:SIZE, such as /dev/sda:1mb"},
    {SD_OPT_DEVICE_WRITE_IOPS, is_device_count, "write /dev/NAME:NUMBER"},
    {SD_OPT_IP, is_ip4, "write an IPv4 address"},
    {SD_OPT_IP6, is_ip6, "write an IPv6 address"},
    {SD_OPT_LINK_LOCAL_IP, is_ip, "write an IP address"},
    {SD_OPT_MAC_ADDRESS, is_mac, "write it as 02:42:ac:11:00:02"},
    {SD_OPT_STORAGE_OPT, is_storage_size, "write size=SIZE"},
};

/* What names other containers is handed on as something else than was written. */
static const struct {
  enum sd_option_id id;
  sd_rule *judge;
} others[] = {
    {SD_OPT_LINK, sd_other_links},
    {SD_OPT_VOLUMES_FROM, sd_other_volumes},
};

static bool check_text(const struct sd_rule_input *in, struct sd_decision *decision,
                       const struct passed *row, const struct sd_text *text) {
  if (row->id == SD_OPT_ANNOTATION && sd_label_is_reserved(text->value)) {
    sd_deny(decision, "label-reserved", text->given, "choose another name for the annotation",
            "the name is reserved for what manages containers");
    return false;
  }
  if (row->check(in, text->value))
    return true;
  sd_deny(decision, sd_options[row->id].rule, text->given, row->form,
          "the policy allows the option, but not this value of it");
  return false;
}

static bool check_all(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct passed *row) {
  bool good = true;
  if (row->check == NULL)
    return true;
  if (sd_options[row->id].kind == SD_KIND_TEXT)
    return check_text(in, decision, row, sd_rule_text(in->request, row->id));
  const struct sd_texts *list = sd_rule_texts(in->request, row->id);
  for (size_t i = 0; i < list->v.len; i++)
    good = check_text(in, decision, row, &list->v.items[i]) && good;
  return good;
}

void sd_rule_pass_checked(const struct sd_rule_input *in, struct sd_decision *decision,
                          enum sd_option_id id) {
  for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
    if (others[i].id == id)
      others[i].judge(in, decision);
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    if (rows[i].id != id)
      continue;
    if (check_all(in, decision, &rows[i]))
      sd_rule_pass(in, decision, id);
    else
      sd_claim(decision, id);
  }
}
