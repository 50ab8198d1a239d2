/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that give root away when they run as root. Sources: sudoers(5), "Preventing shell escapes"; the programs' own
 * manual pages (:! of vi, ! of less and man, -exec of find, --checkpoint-action of tar, |command of awk). */
#include <fnmatch.h>
#include <regex.h>
#include <string.h>

#include "round.h"

enum when {
  ALWAYS,   /* whatever its arguments are */
  ENGINE,   /* unless the rule names a command that only looks, or stops and starts what is there */
  SCRIPT,   /* unless the rule names a script by its absolute path first */
  FOLLOWED, /* where what comes behind is such a program itself, or is left to the caller */
  NAMED,    /* where the rule names root, or a group as good */
  OPEN,     /* where the rule leaves its arguments to the caller */
};

struct program {
  const char *names; /* separated by blanks; patterns */
  enum when when;
  const char *why;
};

static const struct program programs[] = {
    {"docker docker.distrib podman nerdctl", ENGINE,
     "asks an engine for a container that has the host"},
    {"docker-compose podman-compose ctr crictl buildctl buildah kubectl k3s lxc incus machinectl "
     "virsh",
     ALWAYS, "asks an engine for a container that has the host"},
    {"skopeo", OPEN, "asks an engine for a container that has the host"},
    {"dockerd containerd buildkitd crio lxd incusd runc crun systemd-nspawn", ALWAYS,
     "starts containers that have the host"},
    {"safe-docker-admin", ALWAYS, "changes the policy and the deployment"},
    {"sh bash rbash dash zsh ksh ksh93 mksh fish csh tcsh ash busybox toybox", SCRIPT,
     "is a shell"},
    {"env nice ionice nohup timeout stdbuf setsid flock chrt taskset time watch setpriv "
     "systemd-run run-parts start-stop-daemon strace ltrace",
     FOLLOWED, "runs any program"},
    {"su sudo doas pkexec runuser unshare nsenter chroot script screen tmux at batch ssh gdb "
     "expect "
     "xargs parallel entr",
     ALWAYS, "runs any program"},
    {"gdbserver socat nc ncat netcat nmap tcpdump", OPEN, "runs any program"},
    {"vi vim vim.* nvim view rview rvim ex vimdiff vimtutor nano rnano pico emacs emacs-* joe "
     "jmacs "
     "jed mcedit mc ed ne micro kak hx helix",
     ALWAYS, "is an editor that runs programs, and writes any file"},
    {"less more most pg man info w3m lynx", ALWAYS, "is a pager that runs programs"},
    {"visudo vipw vigr sudoedit", ALWAYS, "edits what decides who is root"},
    {"git make cmake ant mvn npm pip pip3 gem", SCRIPT,
     "runs what the folder holds in which the caller stands"},
    {"crontab systemctl journalctl loginctl snap flatpak apt apt-get aptitude dpkg dnf yum rpm "
     "zypper apk pacman",
     OPEN, "starts an editor, a pager or scripts of the caller's"},
    {"perl perl5* python python2* python3* ruby ruby* lua lua* node nodejs php php* tclsh wish "
     "julia R Rscript guile java scala irb",
     SCRIPT, "runs any program that is written in its language"},
    {"awk gawk mawk nawk bc dc sed", OPEN, "runs any program that is written in its language"},
    {"find", FOLLOWED, "runs programs (-exec)"},
    {"cp mv dd tee install ln rsync scp sftp tar cpio zip unzip 7z ar split truncate patch wget "
     "curl shred sponge",
     OPEN, "writes any file, such as /etc/sudoers"},
    {"chmod chown chgrp setfacl setcap chattr", OPEN, "changes the rights of any file"},
    {"mount losetup mkfs mkfs.* debugfs fdisk parted cryptsetup lvm swapon", OPEN,
     "puts any file system in the place of another"},
    {"cat head tail tac nl base32 base64 xxd od hexdump strings grep egrep fgrep cut sort uniq "
     "diff "
     "cmp comm paste file openssl gpg zcat gzip bzip2 xz",
     OPEN, "reads any file, such as private keys and /etc/shadow"},
    {"chpasswd newusers", ALWAYS, "makes or changes any account"},
    {"passwd useradd usermod userdel adduser addgroup groupadd groupmod gpasswd chsh chfn", NAMED,
     "makes or changes an account, and its groups"},
    {"insmod modprobe kexec ldconfig sysctl bpftool iptables-restore", OPEN,
     "changes the kernel that runs"},
};

static const struct {
  const char *name, *why;
} groups[] = {
    {"docker", "whose members ask the daemon for anything"},
    {"podman", "whose members ask the engine of the host for anything"},
    {"lxd", "whose members start containers that have the host"},
    {"incus", "whose members start containers, and some of them have the host"},
    {"incus-admin", "whose members start containers that have the host"},
    {"libvirt", "whose members start machines that have the host's disks"},
    {"root", "whose members write what root's group may write"},
    {"sudo", "whose members may do everything, by the rule that sudo comes with"},
    {"wheel", "whose members may do everything, by the rule that sudo comes with"},
    {"admin", "whose members may do everything, by an old rule of sudo"},
    {"disk", "whose members read and write the disks themselves, past all rights"},
    {"kmem", "whose members read the memory of the kernel"},
    {"shadow", "whose members read the hashes of all passwords"},
    {"staff", "whose members write to /usr/local, from where root runs programs"},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* -- the words of a command ---------------------------------------------------------------------- */

struct command {
  const char *program;   /* without backslashes */
  const char *arguments; /* NULL: any */
  bool pattern;          /* of the program */
  bool fixed;            /* arguments are given, without a pattern */
};

static const char *unescape(struct sd_arena *arena, const char *text, size_t len) {
  char *out = sd_arena_alloc(arena, len + 1);
  size_t to = 0;
  for (size_t i = 0; i < len; i++) {
    if (text[i] == '\\' && i + 1 < len)
      i++;
    out[to++] = text[i];
  }
  return out;
}

static bool has_pattern(const char *text, size_t len) {
  for (size_t i = 0; i < len; i++) {
    if (text[i] == '\\')
      i++;
    else if (memchr("*?[", text[i], 3) != NULL)
      return true;
  }
  return false;
}

static void split(struct sd_arena *arena, const char *text, struct command *out) {
  size_t len = 0;
  while (text[len] != '\0' && text[len] != ' ')
    len += text[len] == '\\' && text[len + 1] != '\0' ? 2 : 1;
  const char *rest = text + len + strspn(text + len, " ");
  *out = (struct command){.program = unescape(arena, text, len),
                          .arguments = *rest != '\0' ? rest : NULL,
                          .pattern = has_pattern(text, len) || (len > 0 && text[len - 1] == '/')};
  /* "" is that there must be none: what asks for a command line of its own then gets one. */
  out->fixed = *rest != '\0' && strcmp(rest, "\"\"") != 0 && rest[0] != '^' &&
               !has_pattern(rest, strlen(rest));
}

static const char *base_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

/* -- judging -------------------------------------------------------------------------------------- */

/* The i-th of names separated by blanks; NULL: there are fewer. */
static const char *name_at(struct sd_arena *arena, const char *names, size_t index) {
  while (*names != '\0') {
    size_t len = strcspn(names, " ");
    if (index-- == 0)
      return sd_arena_strndup(arena, names, len);
    names += len + strspn(names + len, " ");
  }
  return NULL;
}

static bool names_match(struct sd_arena *arena, const struct program *row, const char *name) {
  const char *known;
  for (size_t i = 0; (known = name_at(arena, row->names, i)) != NULL; i++)
    if (fnmatch(known, name, 0) == 0)
      return true;
  return false;
}

/* Whether a pattern of sudoers(5) for programs could mean one of the row: by its name in the usual folders. */
static bool pattern_matches(struct sd_arena *arena, const struct program *row,
                            const char *pattern) {
  static const char *const folders[] = {"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/",
                                        "/usr/local/bin/"};
  const char *known;
  size_t len = strlen(pattern);
  for (size_t i = 0; (known = name_at(arena, row->names, i)) != NULL; i++)
    for (size_t k = 0; k < COUNT(folders); k++) {
      const char *path =
          sd_arena_printf(arena, "%s%.*s", folders[k], (int)strcspn(known, "*"), known);
      bool folder = pattern[len - 1] == '/' && strcmp(pattern, folders[k]) == 0;
      if (folder || fnmatch(pattern, path, FNM_PATHNAME) == 0)
        return true;
    }
  return false;
}

/* -- arguments that the rule gives ---------------------------------------------------------------- */

/* Commands of docker by which nobody gets anything of the host. */
static bool is_harmless(struct sd_arena *arena, const char *arguments) {
  static const char *const first[] = {"ps",      "images", "info",     "version", "stats", "logs",
                                      "top",     "port",   "events",   "history", "start", "stop",
                                      "restart", "kill",   "pause",    "unpause", "wait",  "pull",
                                      "inspect", "diff",   "--version"};
  static const char *const second[] = {"container ls", "container list", "container ps",
                                       "image ls",     "image list",     "image prune",
                                       "system df",    "system info",    "system prune",
                                       "network ls",   "volume ls",      "container prune"};
  size_t len = strcspn(arguments, " ");
  size_t more = arguments[len] != '\0' ? strcspn(arguments + len + 1, " ") + 1 : 0;
  const char *one = sd_arena_strndup(arena, arguments, len);
  const char *two = sd_arena_strndup(arena, arguments, len + more);
  for (size_t i = 0; i < COUNT(first); i++)
    if (strcmp(first[i], one) == 0)
      return true;
  for (size_t i = 0; i < COUNT(second); i++)
    if (strcmp(second[i], two) == 0)
      return true;
  return false;
}

/* Of a program that runs another one: why that one, which begins with some of the words. */
static const char *why_followed(struct sd_arena *arena, const char *arguments) {
  for (const char *at = arguments; *at != '\0';) {
    size_t len = strcspn(at, " ");
    const char *why = *at == '-' || memchr(at, '=', len) != NULL ? NULL : round_why(arena, at);
    if (why != NULL)
      return why;
    at += len + strspn(at + len, " ");
  }
  return NULL;
}

static bool names_root(struct sd_arena *arena, const char *arguments) {
  for (const char *at = arguments; *at != '\0';) {
    size_t len = strcspn(at, " ,=");
    const char *word = sd_arena_strndup(arena, at, len);
    if (strcmp(word, "0") == 0 || round_group(word) != NULL)
      return true;
    at += len + strspn(at + len, " ,=");
  }
  return false;
}

/* NULL: what is given leaves nothing. */
static const char *why_fixed(struct sd_arena *arena, const struct program *row,
                             const char *arguments) {
  switch (row->when) {
  case ALWAYS:
    return row->why;
  case ENGINE:
    return is_harmless(arena, arguments) ? NULL : row->why;
  case SCRIPT:
    return arguments[0] == '/' || strcmp(arguments, "--version") == 0 ? NULL : row->why;
  case FOLLOWED:
    return why_followed(arena, arguments);
  case NAMED:
    return names_root(arena, arguments) ? row->why : NULL;
  case OPEN:
    break;
  }
  return NULL;
}

static const char *why_expression(struct sd_arena *arena, const char *command) {
  regex_t compiled;
  const char *end = strchr(command, ' ');
  const char *text =
      end != NULL ? sd_arena_strndup(arena, command, (size_t)(end - command)) : command;
  const char *why = NULL;
  if (regcomp(&compiled, text, REG_EXTENDED | REG_NOSUB) != 0)
    return "is a pattern that cannot be judged";
  for (size_t i = 0; i < COUNT(programs) && why == NULL; i++) {
    const char *known;
    for (size_t k = 0; (known = name_at(arena, programs[i].names, k)) != NULL; k++)
      if (regexec(&compiled, sd_arena_printf(arena, "/usr/bin/%s", known), 0, NULL, 0) == 0 ||
          regexec(&compiled, sd_arena_printf(arena, "/usr/sbin/%s", known), 0, NULL, 0) == 0)
        why = sd_arena_printf(arena, "is a pattern that takes in %s, which %s", known,
                              programs[i].why);
  }
  regfree(&compiled);
  return why;
}

const char *round_why(struct sd_arena *arena, const char *text) {
  struct command command;
  split(arena, text, &command);
  if (strcmp(command.program, "ALL") == 0)
    return "is everything";
  if (text[0] == '^')
    return why_expression(arena, text);
  for (size_t i = 0; i < COUNT(programs); i++) {
    const struct program *row = &programs[i];
    bool matches = !command.pattern && names_match(arena, row, base_of(command.program));
    if (matches && command.fixed)
      return why_fixed(arena, row, command.arguments);
    if (matches)
      return row->why;
    if (command.fixed && row->when != ALWAYS)
      continue;
    if (command.pattern && pattern_matches(arena, row, command.program))
      return sd_arena_printf(arena, "takes in %s, which %s", name_at(arena, row->names, 0),
                             row->why);
  }
  return NULL;
}

const char *round_program(struct sd_arena *arena, const char *text) {
  struct command command;
  split(arena, text, &command);
  return command.program[0] == '/' && !command.pattern ? command.program : NULL;
}

const char *round_script(struct sd_arena *arena, const char *text) {
  struct command command;
  struct command script;
  split(arena, text, &command);
  if (!command.fixed || command.arguments == NULL || command.arguments[0] != '/')
    return NULL;
  split(arena, command.arguments, &script);
  for (size_t i = 0; i < COUNT(programs); i++)
    if (programs[i].when == SCRIPT && names_match(arena, &programs[i], base_of(command.program)))
      return script.program;
  return NULL;
}

const char *round_group(const char *name) {
  for (size_t i = 0; i < COUNT(groups); i++)
    if (strcmp(groups[i].name, name) == 0)
      return groups[i].why;
  return NULL;
}
