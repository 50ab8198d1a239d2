/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "safe-docker/base/str.h"

/* Signals that would leave the terminal without an echo: seen by a descriptor, delivered afterwards. */
static void set_of_signals(sigset_t *set) {
  static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
  (void)sigemptyset(set);
  for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
    (void)sigaddset(set, signals[i]);
}

static bool read_byte(int signals, char *byte, struct sd_error *err) {
  struct pollfd polled[2] = {{STDIN_FILENO, POLLIN, 0}, {signals, POLLIN, 0}};
  while (poll(polled, 2, -1) < 0)
    if (errno != EINTR)
      return sd_fail_errno(err, errno, "the terminal cannot be read");
  if (polled[1].revents != 0)
    return sd_fail(err, "interrupted");
  ssize_t len = read(STDIN_FILENO, byte, 1);
  if (len < 0)
    return sd_fail_errno(err, errno, "the terminal cannot be read");
  return len == 1 || sd_fail(err, "the input ended");
}

static bool read_line(struct sd_arena *arena, int signals, size_t max, const char **line,
                      struct sd_error *err) {
  struct sd_str text;
  char byte = '\0';
  sd_str_init(&text, arena);
  while (read_byte(signals, &byte, err)) {
    if (byte == '\n') {
      *line = sd_str_text(&text);
      return true;
    }
    if (byte == '\0' || text.len == max)
      return sd_fail(err,
                     byte == '\0' ? "the line holds the character NUL" : "the line is too long");
    sd_str_add_char(&text, byte);
  }
  return false;
}

bool sd_terminal_line(struct sd_arena *arena, bool echo, size_t max, const char **line,
                      struct sd_error *err) {
  struct termios before;
  sigset_t set;
  sigset_t mask;
  set_of_signals(&set);
  if (tcgetattr(STDIN_FILENO, &before) != 0)
    return sd_fail_errno(err, errno, "standard input is no terminal");
  int signals = sigprocmask(SIG_BLOCK, &set, &mask) == 0 ? signalfd(-1, &set, SFD_CLOEXEC) : -1;
  if (signals < 0)
    return sd_fail_errno(err, errno, "the signals of the terminal cannot be held back");
  struct termios during = before;
  if (!echo)
    during.c_lflag &= ~(tcflag_t)ECHO;
  bool good = tcsetattr(STDIN_FILENO, TCSAFLUSH, &during) == 0
                  ? read_line(arena, signals, max, line, err)
                  : sd_fail_errno(err, errno, "the terminal cannot be set");
  (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
  (void)close(signals);
  (void)sigprocmask(SIG_SETMASK, &mask, NULL);
  return good;
}
