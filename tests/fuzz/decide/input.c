/* SPDX-License-Identifier: Apache-2.0 */
#include "input.h"

#include <string.h>

#include "safe-docker/base/str.h"
#include "safe-docker/docker/commands.h"

extern const char preset_strict[], preset_ci[], preset_lab[], preset_example[];

/* Parts of a policy. Lists replace those of the parts before. */
static const struct part {
  char letter;
  const char *text; /* NULL: made below */
} parts[] = {
    {'S', preset_strict},
    {'C', preset_ci},
    {'L', preset_lab},
    {'E', preset_example},
    {'a', "{\"version\":1,\"docker\":{\"annotations\":true}}"},
    {'b', NULL},
    {'c', "{\"version\":1,\"capabilities\":{\"default\":[\"CHOWN\",\"SETUID\"],"
          "\"allow\":[\"NET_BIND_SERVICE\",\"KILL\",\"CHOWN\"]}}"},
    {'d', "{\"version\":1,\"devices\":{\"allow\":[{\"path\":\"/dev/fuse\",\"access\":\"rw\"},"
          "{\"path\":\"nvidia.com/gpu=0\",\"access\":\"rw\"}]}}"},
    {'e', "{\"version\":1,\"images\":{\"credentials\":\"caller\"}}"},
    {'f', "{\"version\":1,\"filesystem\":{\"read_only\":\"require\"}}"},
    {'F', "{\"version\":1,\"filesystem\":{\"read_only\":\"default\"}}"},
    {'g', "{\"version\":1,\"user\":{\"mode\":\"any\"}}"},
    {'h', "{\"version\":1,\"user\":{\"mode\":\"non-root\"}}"},
    {'i', "{\"version\":1,\"isolation\":\"shared\"}"},
    {'j', NULL},
    {'k', "{\"version\":1,\"images\":{\"own\":[\"{user}/**\"],\"allow\":[\"docker.io/library/*\","
          "\"**/al/**\"],\"local\":[\"base/*\"]}}"},
    {'K', "{\"version\":1,\"images\":{\"require_digest\":true,\"pull\":\"always\"}}"},
    {'l', "{\"version\":1,\"logging\":{\"drivers\":[\"json-file\",\"syslog\"]},"
          "\"restart\":{\"allow\":[\"no\",\"always\",\"on-failure\"],\"max_retries\":2}}"},
    {'m',
     "{\"version\":1,\"mounts\":{\"bind\":[{\"source\":\"/srv/data\",\"access\":\"ro\"},"
     "{\"source\":\"/home/al/work\",\"access\":\"rw\"},{\"source\":\"/srv\",\"access\":\"rw\"}],"
     "\"protect\":[\"/home/*/secret\"],"
     "\"volumes\":{\"allow\":[\"{user}-*\"],\"shared\":[\"shared-*\"]}}}"},
    {'M', "{\"version\":1,\"mounts\":{\"bind\":[],\"tmpfs\":false}}"},
    {'n', "{\"version\":1,\"network\":{\"allow\":[\"*\",\"host\",\"container:*\"],\"publish\":{"
          "\"addresses\":[\"0.0.0.0\",\"::\",\"127.0.0.1\"],\"default_address\":\"\",\"ports\":\"1-"
          "65535\","
          "\"all\":true},\"subnets\":[\"10.20.0.0/16\",\"fd00:1::/32\"]}}"},
    {'N', "{\"version\":1,\"network\":{\"allow\":[\"none\"],\"publish\":{\"addresses\":[],"
          "\"default_address\":\"\"}}}"},
    {'o', "{\"version\":1,\"images\":{\"content_trust\":true}}"},
    {'q', "{\"version\":1,\"resources\":{\"memory\":{\"default\":\"1g\",\"max\":\"9g\"},"
          "\"swap\":{\"max\":\"2g\"},\"cpus\":{\"default\":\"0.5\",\"max\":\"64\"},"
          "\"ulimits\":{\"nproc\":{\"default\":\"10:20\",\"max\":30}},"
          "\"cgroup_parent\":\"sd-u{uid}.slice\"}}"},
    {'s', "{\"version\":1,\"seccomp\":{\"caller_profiles\":\"stricter\"}}"},
    {'u', "{\"version\":1,\"runtimes\":{\"allow\":[\"runsc\"]},"
          "\"sysctls\":{\"allow\":[\"net.core.somaxconn\"]}}"},
    {'w', "{\"version\":1,\"docker\":{\"host\":\"tcp://10.0.0.1:2376\",\"tls\":{\"ca\":\"/etc/ca\","
          "\"cert\":\"/etc/cert\",\"key\":\"/etc/key\"},"
          "\"contexts\":{\"lab\":{\"host\":\"unix:///run/lab.sock\"}}}}"},
    {'x', "{\"version\":1,\"apparmor\":{\"mode\":\"off\"}}"},
    {'y', "{\"version\":1,\"apparmor\":{\"mode\":\"require\",\"allow\":[\"safe-docker-strict\","
          "\"mine\"]}}"},
    {'z', "{\"version\":1,\"overrides\":[{\"users\":[\"al\"],\"policy\":{\"resources\":{\"pids\":{"
          "\"default\":10,\"max\":20}}}}]}"},
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

const char *input_letters(void) {
  static const char letters[] = "SCLEabcdefFghijkKlmMnNoqsuwxyzJRG";
  return letters;
}

/* Every command that can be allowed. */
static const char *all_commands(struct sd_arena *arena) {
  struct sd_str out;
  const char *comma = "";
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"version\":1,\"commands\":{\"allow\":[");
  for (size_t i = 0; i < SD_COMMAND_COUNT; i++) {
    const struct sd_command *command = &sd_commands[i];
    if (command->handling == SD_REFUSED || (command->flags & SD_COMMAND_ALWAYS) != 0)
      continue;
    sd_str_addf(&out, "%s\"%s\"", comma, command->name);
    comma = ",";
  }
  sd_str_add(&out, "]}}");
  return sd_str_text(&out);
}

/* Every option that options.allow may name. */
static const char *all_options(struct sd_arena *arena) {
  struct sd_str out;
  const char *comma = "";
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"version\":1,\"options\":{\"allow\":[");
  for (size_t i = 0; i < SD_OPT_COUNT; i++) {
    if ((sd_options[i].flags & SD_OPTION_POLICY) == 0)
      continue;
    sd_str_addf(&out, "%s\"%s\"", comma, sd_options[i].name);
    comma = ",";
  }
  sd_str_add(&out, "]}}");
  return sd_str_text(&out);
}

static void add_text(struct input *out, const char *name, const char *text) {
  if (out->text_count < INPUT_TEXTS)
    out->texts[out->text_count++] = (struct sd_policy_text){name, text, strlen(text)};
}

static void add_part(struct sd_arena *arena, char letter, struct input *out) {
  if (letter == 'R')
    out->root = true;
  if (letter == 'G')
    out->member = true;
  for (size_t i = 0; i < PARTS; i++) {
    if (parts[i].letter != letter)
      continue;
    const char *made = letter == 'b' ? all_commands(arena) : all_options(arena);
    add_text(out, sd_arena_printf(arena, "/p/%c.json", letter),
             parts[i].text != NULL ? parts[i].text : made);
  }
}

/* The next line; NULL: there is none. */
static char *next_line(char **at) {
  char *line = *at;
  if (line == NULL)
    return NULL;
  char *end = strchr(line, '\n');
  *at = end != NULL ? end + 1 : NULL;
  if (end != NULL)
    *end = '\0';
  return line;
}

void input_read(struct sd_arena *arena, const uint8_t *data, size_t size, struct input *out) {
  char *text = sd_arena_alloc(arena, size + 1);
  *out = (struct input){0};
  /* A byte that no word can have marks the newlines within words until the lines are cut. */
  for (size_t i = 0; i < size; i++)
    text[i] = (char)(data[i] == 0 ? 0x1f : data[i]);
  text[size] = '\0';
  char *at = text;
  const char *letters = next_line(&at);
  for (const char *letter = letters; *letter != '\0'; letter++)
    add_part(arena, *letter, out);
  const char *policy = strchr(letters, 'J') != NULL ? next_line(&at) : NULL;
  if (policy != NULL)
    add_text(out, "/p/J.json", policy);
  for (char *word = next_line(&at); word != NULL && out->words.v.len < INPUT_WORDS;
       word = next_line(&at)) {
    for (char *byte = strchr(word, 0x1f); byte != NULL; byte = strchr(byte, 0x1f))
      *byte = '\n';
    sd_strv_add(&out->words, arena, word);
  }
}
