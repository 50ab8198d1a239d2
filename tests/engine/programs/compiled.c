// SPDX-License-Identifier: Apache-2.0
// Made by `make` in a container: threads, a child, a timer, an event loop.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

int helped(int n);
int extra(int n);

static void *add(void *number) {
  *(int *)number = extra(*(int *)number);
  return NULL;
}

static int threads(void) {
  int numbers[4] = {1, 2, 3, 4};
  pthread_t ids[4];
  for (int i = 0; i < 4; i++) {
    if (pthread_create(&ids[i], NULL, add, &numbers[i])) {
      return 0;
    }
  }
  for (int i = 0; i < 4; i++) {
    pthread_join(ids[i], NULL);
  }
  return numbers[3] == 5;
}

static int child(void) {
  int status = 0;
  pid_t pid = fork();
  if (!pid) {
    _exit(helped(6));
  }
  return waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 7;
}

static int events(void) {
  int loop = epoll_create1(EPOLL_CLOEXEC);
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  struct itimerspec soon = {.it_value = {.tv_nsec = 1000000}};
  struct epoll_event event = {.events = EPOLLIN};
  sigset_t none;
  sigemptyset(&none);
  return timerfd_settime(timer, 0, &soon, NULL) == 0 &&
         epoll_ctl(loop, EPOLL_CTL_ADD, timer, &event) == 0 &&
         epoll_wait(loop, &event, 1, 5000) == 1 && eventfd(0, EFD_CLOEXEC) >= 0 &&
         signalfd(-1, &none, SFD_CLOEXEC) >= 0 && inotify_init1(IN_CLOEXEC) >= 0;
}

int main(void) {
  if (!threads() || !child() || !events()) {
    return 1;
  }
  puts("finished");
  return 0;
}
