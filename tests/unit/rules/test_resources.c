/* SPDX-License-Identifier: Apache-2.0 */
/* Memory, CPUs, processes and the other limits: defaults given, maxima kept. */
#include "fixture.h"

#include <string.h>

#define KIB ((int64_t)1024)
#define MIB (1024 * KIB)
#define CPU ((int64_t)1000000000)

static const struct sd_number *out_number(const struct fixture *fixture, enum sd_option_id id) {
  return fixture_out(fixture, id);
}

static void assert_out(const struct fixture *fixture, enum sd_option_id id, int64_t value) {
  assert_true(out_number(fixture, id)->set);
  assert_int_equal(out_number(fixture, id)->value, value);
}

static void nothing_asked(void **state) {
  struct fixture *fixture = *state;
  fixture_run(fixture, sd_rules_resources);
  fixture_assert_allowed(fixture);
  assert_out(fixture, SD_OPT_MEMORY, 512 * MIB);
  assert_out(fixture, SD_OPT_MEMORY_SWAP, 512 * MIB);
  assert_out(fixture, SD_OPT_CPUS, CPU);
  assert_out(fixture, SD_OPT_PIDS_LIMIT, 256);
  assert_out(fixture, SD_OPT_SHM_SIZE, 64 * MIB);
  assert_false(fixture->decision.out.cpu_quota.set);
  assert_false(fixture->decision.out.cpu_period.set);
  assert_false(fixture->decision.out.cgroup_parent.set);
  fixture_assert_changed(fixture, "memory", "--memory=512m");
  fixture_assert_changed(fixture, "memory-swap", "--memory-swap=512m");
  fixture_assert_changed(fixture, "cpus", "--cpus=1");
  fixture_assert_changed(fixture, "pids-limit", "--pids-limit=256");
  fixture_assert_changed(fixture, "shm-size", "--shm-size=64m");
  fixture_assert_changed(fixture, "ulimit", "--ulimit=core=0:0");
  fixture_assert_changed(fixture, "ulimit", "--ulimit=nofile=1024:65536");
  fixture_assert_change_count(fixture, 7);
}

struct number_case {
  enum sd_option_id id;
  int64_t value;
  const char *rule; /* NULL: granted, and it arrives as it is */
};

static const struct number_case number_cases[] = {
    {SD_OPT_MEMORY, 1, NULL},
    {SD_OPT_MEMORY, 512 * MIB, NULL},
    {SD_OPT_MEMORY, 2048 * MIB, NULL},
    {SD_OPT_MEMORY, 2048 * MIB + 1, "memory"},
    {SD_OPT_MEMORY, INT64_MAX, "memory"},
    {SD_OPT_MEMORY, 0, "memory"},
    {SD_OPT_MEMORY, -1, "memory"},
    {SD_OPT_MEMORY, INT64_MIN, "memory"},
    {SD_OPT_MEMORY_SWAP, 512 * MIB, NULL},
    {SD_OPT_MEMORY_SWAP, 512 * MIB + 1, "memory-swap"},
    {SD_OPT_MEMORY_SWAP, INT64_MAX, "memory-swap"},
    {SD_OPT_MEMORY_SWAP, 512 * MIB - 1, "memory-swap"},
    {SD_OPT_MEMORY_SWAP, -1, "memory-swap"},
    {SD_OPT_MEMORY_RESERVATION, 1, NULL},
    {SD_OPT_MEMORY_RESERVATION, 512 * MIB, NULL},
    {SD_OPT_MEMORY_RESERVATION, 512 * MIB + 1, "memory-reservation"},
    {SD_OPT_MEMORY_RESERVATION, 0, "memory-reservation"},
    {SD_OPT_MEMORY_RESERVATION, -1, "memory-reservation"},
    {SD_OPT_MEMORY_SWAPPINESS, -1, NULL},
    {SD_OPT_MEMORY_SWAPPINESS, 0, NULL},
    {SD_OPT_MEMORY_SWAPPINESS, 100, NULL},
    {SD_OPT_MEMORY_SWAPPINESS, 101, "memory-swappiness"},
    {SD_OPT_MEMORY_SWAPPINESS, -2, "memory-swappiness"},
    {SD_OPT_CPUS, CPU / 100, NULL},
    {SD_OPT_CPUS, 2 * CPU, NULL},
    {SD_OPT_CPUS, 2 * CPU + 1, "cpus"},
    {SD_OPT_CPUS, CPU / 100 - 1, "cpus"},
    {SD_OPT_CPUS, 1000, "cpus"},
    {SD_OPT_CPUS, 0, "cpus"},
    {SD_OPT_CPUS, -CPU, "cpus"},
    {SD_OPT_PIDS_LIMIT, 1, NULL},
    {SD_OPT_PIDS_LIMIT, 1024, NULL},
    {SD_OPT_PIDS_LIMIT, 1025, "pids-limit"},
    {SD_OPT_PIDS_LIMIT, 0, "pids-limit"},
    {SD_OPT_PIDS_LIMIT, -1, "pids-limit"},
    {SD_OPT_PIDS_LIMIT, -5, "pids-limit"},
    {SD_OPT_SHM_SIZE, 1, NULL},
    {SD_OPT_SHM_SIZE, 256 * MIB, NULL},
    {SD_OPT_SHM_SIZE, 256 * MIB + 1, "shm-size"},
    {SD_OPT_SHM_SIZE, 0, "shm-size"},
    {SD_OPT_SHM_SIZE, -1, "shm-size"},
    {SD_OPT_CPU_SHARES, 0, NULL},
    {SD_OPT_CPU_SHARES, 2, NULL},
    {SD_OPT_CPU_SHARES, 1024, NULL},
    {SD_OPT_CPU_SHARES, 1025, "cpu-shares"},
    {SD_OPT_CPU_SHARES, 1, "cpu-shares"},
    {SD_OPT_CPU_SHARES, -1, "cpu-shares"},
    {SD_OPT_BLKIO_WEIGHT, 0, NULL},
    {SD_OPT_BLKIO_WEIGHT, 10, NULL},
    {SD_OPT_BLKIO_WEIGHT, 500, NULL},
    {SD_OPT_BLKIO_WEIGHT, 501, "blkio-weight"},
    {SD_OPT_BLKIO_WEIGHT, 9, "blkio-weight"},
    {SD_OPT_BLKIO_WEIGHT, -1, "blkio-weight"},
    {SD_OPT_OOM_SCORE_ADJ, 0, NULL},
    {SD_OPT_OOM_SCORE_ADJ, 1000, NULL},
    {SD_OPT_OOM_SCORE_ADJ, 1001, "oom-score-adj"},
    {SD_OPT_OOM_SCORE_ADJ, -1, "oom-score-adj"},
    {SD_OPT_OOM_SCORE_ADJ, -1000, "oom-score-adj"},
    {SD_OPT_CPU_QUOTA, 1000, NULL},
    {SD_OPT_CPU_QUOTA, 200000, NULL},
    {SD_OPT_CPU_QUOTA, 200001, "cpus"},
    {SD_OPT_CPU_QUOTA, INT64_MAX, "cpus"},
    {SD_OPT_CPU_QUOTA, 999, "cpus"},
    {SD_OPT_CPU_QUOTA, 0, "cpus"},
    {SD_OPT_CPU_QUOTA, -1, "cpus"},
    {SD_OPT_CPU_PERIOD, 1000, NULL},
    {SD_OPT_CPU_PERIOD, 1000000, NULL},
    {SD_OPT_CPU_PERIOD, 1000001, "cpus"},
    {SD_OPT_CPU_PERIOD, 999, "cpus"},
    {SD_OPT_CPU_PERIOD, 0, "cpus"},
    {SD_OPT_CPU_PERIOD, -1, "cpus"},
};

static void numbers(void **state) {
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(number_cases) / sizeof(number_cases[0]); i++) {
    const struct number_case *number = &number_cases[i];
    fixture_reset(fixture);
    fixture_number(fixture, number->id, number->value);
    fixture_run(fixture, sd_rules_resources);
    assert_true(fixture->decision.claimed[number->id]);
    if (number->rule != NULL) {
      (void)fixture_assert_denied(fixture, number->rule);
      assert_false(out_number(fixture, number->id)->set);
    } else {
      fixture_assert_allowed(fixture);
      assert_out(fixture, number->id, number->value);
    }
  }
}

struct swap_case {
  int64_t memory, swap; /* 0: not given */
  int64_t swap_max;
  int64_t out; /* 0: refused */
};

static void memory_and_swap(void **state) {
  static const struct swap_case cases[] = {
      {1024 * MIB, 0, 0, 1024 * MIB},
      {1024 * MIB, 1024 * MIB, 0, 1024 * MIB},
      {1024 * MIB, 512 * MIB, 0, 0},
      {1024 * MIB, 2048 * MIB, 0, 0},
      {1024 * MIB, 2048 * MIB, 1024 * MIB, 2048 * MIB},
      {1024 * MIB, 2048 * MIB + 1, 1024 * MIB, 0},
      {0, 1536 * MIB, 1024 * MIB, 1536 * MIB},
      {0, INT64_MAX, INT64_MAX, INT64_MAX},
      {0, 0, 1024 * MIB, 512 * MIB},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fixture->policy.resources.swap_max = cases[i].swap_max;
    if (cases[i].memory != 0)
      fixture_number(fixture, SD_OPT_MEMORY, cases[i].memory);
    if (cases[i].swap != 0)
      fixture_number(fixture, SD_OPT_MEMORY_SWAP, cases[i].swap);
    fixture_run(fixture, sd_rules_resources);
    if (cases[i].out == 0) {
      (void)fixture_assert_denied(fixture, "memory-swap");
      continue;
    }
    fixture_assert_allowed(fixture);
    assert_out(fixture, SD_OPT_MEMORY_SWAP, cases[i].out);
  }
}

/* 0 is "unset" for --memory-swap, and Docker would then add as much swap as there is memory. */
static void swap_zero_is_unset(void **state) {
  struct fixture *fixture = *state;
  fixture_number(fixture, SD_OPT_MEMORY_SWAP, 0);
  fixture_run(fixture, sd_rules_resources);
  fixture_assert_allowed(fixture);
  assert_out(fixture, SD_OPT_MEMORY_SWAP, 512 * MIB);
  fixture_assert_changed(fixture, "memory-swap", "--memory-swap=512m");
}

static void swap_hints(void **state) {
  struct fixture *fixture = *state;
  fixture_number(fixture, SD_OPT_MEMORY_SWAP, -1);
  fixture_run(fixture, sd_rules_resources);
  fixture_assert_contains(fixture_assert_denied(fixture, "memory-swap")->hint, "no swap");
  fixture_reset(fixture);
  fixture->policy.resources.swap_max = 256 * MIB;
  fixture_number(fixture, SD_OPT_MEMORY_SWAP, -1);
  fixture_run(fixture, sd_rules_resources);
  fixture_assert_contains(fixture_assert_denied(fixture, "memory-swap")->hint, "plus 256m");
}

/* A refused memory limit is one violation, not three; endless swap is refused all the same. */
static void refused_memory_alone(void **state) {
  struct fixture *fixture = *state;
  fixture_number(fixture, SD_OPT_MEMORY, 4096 * MIB);
  fixture_number(fixture, SD_OPT_MEMORY_SWAP, 4096 * MIB);
  fixture_number(fixture, SD_OPT_MEMORY_RESERVATION, 4096 * MIB);
  fixture_run(fixture, sd_rules_resources);
  const struct sd_problem *problem = fixture_assert_denied(fixture, "memory");
  fixture_assert_contains(problem->message, "2g");
  fixture_assert_contains(problem->hint, "512m");
  fixture_reset(fixture);
  fixture_number(fixture, SD_OPT_MEMORY, -1);
  fixture_number(fixture, SD_OPT_MEMORY_SWAP, -1);
  fixture_run(fixture, sd_rules_resources);
  assert_int_equal(fixture->decision.problems.list.len, 2);
}

struct quota_case {
  int64_t quota, period; /* 0: not given */
  int64_t out_quota;     /* 0: refused */
};

static void quota_over_period(void **state) {
  static const struct quota_case cases[] = {
      {50000, 0, 50000},     {0, 50000, 50000},       {0, 1000000, 1000000},
      {0, 1000, 1000},       {100000, 50000, 100000}, {100001, 50000, 0},
      {2000, 1000, 2000},    {2001, 1000, 0},         {10000, 1000000, 10000},
      {9999, 1000000, 0},    {1000, 1000000, 0},      {2000000, 1000000, 2000000},
      {2000001, 1000000, 0}, {50000, 500, 0},         {-1, 50000, 0},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    if (cases[i].quota != 0)
      fixture_number(fixture, SD_OPT_CPU_QUOTA, cases[i].quota);
    if (cases[i].period != 0)
      fixture_number(fixture, SD_OPT_CPU_PERIOD, cases[i].period);
    fixture_run(fixture, sd_rules_resources);
    assert_false(fixture->decision.out.cpus.set);
    if (cases[i].out_quota == 0) {
      (void)fixture_assert_denied(fixture, "cpus");
      continue;
    }
    fixture_assert_allowed(fixture);
    assert_out(fixture, SD_OPT_CPU_QUOTA, cases[i].out_quota);
    assert_int_equal(fixture->decision.out.cpu_period.set, cases[i].period != 0);
  }
}

static void quota_is_injected(void **state) {
  struct fixture *fixture = *state;
  fixture_number(fixture, SD_OPT_CPU_PERIOD, 20000);
  fixture_run(fixture, sd_rules_resources);
  fixture_assert_changed(fixture, "cpus", "--cpu-quota=20000");
  fixture_assert_change_count(fixture, 7);
  /* Half a CPU of a period of one millisecond is less than the kernel takes. */
  fixture_reset(fixture);
  fixture->policy.resources.cpus.value = CPU / 2;
  fixture_number(fixture, SD_OPT_CPU_PERIOD, 1000);
  fixture_run(fixture, sd_rules_resources);
  fixture_assert_contains(fixture_assert_denied(fixture, "cpus")->hint, "use --cpus");
  /* Huge maxima do not wrap. */
  fixture_reset(fixture);
  fixture->policy.resources.cpus = (struct sd_limit){INT64_MAX, INT64_MAX};
  fixture_number(fixture, SD_OPT_CPU_PERIOD, 1000000);
  fixture_run(fixture, sd_rules_resources);
  (void)fixture_assert_denied(fixture, "cpus");
  fixture_reset(fixture);
  fixture->policy.resources.cpus = (struct sd_limit){INT64_MAX, INT64_MAX};
  fixture_number(fixture, SD_OPT_CPU_QUOTA, 400000);
  fixture_run(fixture, sd_rules_resources);
  fixture_assert_allowed(fixture);
}

static void cpus_with_quota(void **state) {
  static const enum sd_option_id others[] = {SD_OPT_CPU_QUOTA, SD_OPT_CPU_PERIOD};
  struct fixture *fixture = *state;
  for (size_t i = 0; i < 2; i++) {
    fixture_reset(fixture);
    fixture_number(fixture, SD_OPT_CPUS, CPU);
    fixture_number(fixture, others[i], 50000);
    fixture_run(fixture, sd_rules_resources);
    fixture_assert_contains(fixture_assert_denied(fixture, "cpus")->hint, "--cpus");
    assert_true(fixture->decision.claimed[SD_OPT_CPUS]);
    assert_false(fixture->decision.out.cpus.set);
  }
}

static unsigned one_cpu(void *context, unsigned enough) {
  (void)context;
  (void)enough;
  return 1;
}

static unsigned unknown_cpus(void *context, unsigned enough) {
  (void)context;
  (void)enough;
  return 0;
}

/* The default alone: what was asked for is judged by the maximum of the policy, and then by the daemon. */
static unsigned asked_of_host;

static unsigned as_many_as_asked(void *context, unsigned enough) {
  (void)context;
  asked_of_host = enough;
  return enough;
}

/* The host is asked for no more than would do, and not at all where nobody knows which daemon it is. */
static void asks_host(void **state) {
  static const struct {
    int64_t value;
    unsigned asked;
  } cases[] = {{2 * CPU, 2}, {65535 * CPU, 65535}, {65536 * CPU, 65535}, {INT64_MAX, 65535}};
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fixture->host.cpus = as_many_as_asked;
    fixture->policy.resources.cpus = (struct sd_limit){cases[i].value, INT64_MAX};
    fixture_run(fixture, sd_rules_resources);
    assert_int_equal(asked_of_host, cases[i].asked);
  }
  fixture_reset(fixture);
  fixture->in.endpoint = NULL;
  fixture->host.cpus = one_cpu;
  fixture->policy.resources.cpus = (struct sd_limit){2 * CPU, 2 * CPU};
  fixture_run(fixture, sd_rules_resources);
  assert_out(fixture, SD_OPT_CPUS, 2 * CPU);
}

static void default_fits_host(void **state) {
  static const struct {
    unsigned (*cpus)(void *context, unsigned enough);
    const char *daemon;
    int64_t value, asked, out;
  } cases[] = {
      {one_cpu, "unix:///run/docker.sock", 2 * CPU, 0, CPU},
      {one_cpu, "unix:///run/docker.sock", CPU + 1, 0, CPU},
      {one_cpu, "unix:///run/docker.sock", CPU, 0, CPU},
      {one_cpu, "unix:///run/docker.sock", CPU / 2, 0, CPU / 2},
      {one_cpu, "unix:///run/docker.sock", CPU, 2 * CPU, 2 * CPU},
      {one_cpu, "tcp://10.0.0.1:2376", 2 * CPU, 0, 2 * CPU},
      {unknown_cpus, "unix:///run/docker.sock", 2 * CPU, 0, 2 * CPU},
      {NULL, "unix:///run/docker.sock", 2 * CPU, 0, 2 * CPU},
      {one_cpu, "unix:///run/docker.sock", INT64_MAX, 0, CPU},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fixture->host.cpus = cases[i].cpus;
    fixture->policy.docker.endpoint.host = cases[i].daemon;
    fixture->policy.resources.cpus = (struct sd_limit){cases[i].value, INT64_MAX};
    if (cases[i].asked != 0)
      fixture_number(fixture, SD_OPT_CPUS, cases[i].asked);
    fixture_run(fixture, sd_rules_resources);
    fixture_assert_allowed(fixture);
    assert_out(fixture, SD_OPT_CPUS, cases[i].out);
  }
  fixture_reset(fixture);
  fixture->host.cpus = one_cpu;
  fixture->policy.resources.cpus = (struct sd_limit){2 * CPU, 2 * CPU};
  fixture_run(fixture, sd_rules_resources);
  const struct sd_change *change = fixture_assert_changed(fixture, "cpus", "--cpus=1");
  fixture_assert_contains(change->reason, "default is 2, and this host has no more");
  fixture_reset(fixture); /* the hint, too; and memory is no matter of processors */
  fixture->host.cpus = one_cpu;
  fixture->policy.resources.cpus = (struct sd_limit){2 * CPU, 2 * CPU};
  fixture->policy.resources.memory = (struct sd_limit){8 * CPU, 8 * CPU};
  fixture_number(fixture, SD_OPT_CPUS, 3 * CPU);
  fixture_run(fixture, sd_rules_resources);
  fixture_assert_contains(fixture_assert_denied(fixture, "cpus")->hint, "to get 1,");
  assert_out(fixture, SD_OPT_MEMORY, 8 * CPU);
}

/* -- ulimits ----------------------------------------------------------------------------------- */
static void add_ulimit(struct fixture *fixture, const char *name, int64_t soft, int64_t hard) {
  *sd_vec_push(&fixture->arena, &fixture->request.ulimits.v) =
      (struct sd_ulimit){.name = name,
                         .soft = soft,
                         .hard = hard,
                         .given = fixture_given(fixture, SD_OPT_ULIMIT, name)};
}

static void ulimits_refused(void **state) {
  static const struct sd_ulimit cases[] = {
      {.name = "nofile", .soft = -1, .hard = -1},
      {.name = "nofile", .soft = 1024, .hard = -1},
      {.name = "nofile", .soft = -1, .hard = 1024},
      {.name = "nofile", .soft = 1024, .hard = 65537},
      {.name = "nofile", .soft = 65537, .hard = 65537},
      {.name = "nofile", .soft = 2, .hard = 1},
      {.name = "core", .soft = 0, .hard = 1},
      {.name = "memlock", .soft = 0, .hard = 0},
      {.name = "nproc", .soft = 1, .hard = 1},
      {.name = "rtprio", .soft = 99, .hard = 99},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    add_ulimit(fixture, cases[i].name, cases[i].soft, cases[i].hard);
    fixture_run(fixture, sd_rules_resources);
    (void)fixture_assert_denied(fixture, "ulimit");
  }
  fixture_reset(fixture);
  add_ulimit(fixture, "nproc", 1, 1);
  fixture_run(fixture, sd_rules_resources);
  fixture_assert_contains(fixture_assert_denied(fixture, "ulimit")->hint, "core, nofile");
  static const char *const hints[] = {"none may be set here", "may be set here: core"};
  for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
    fixture_reset(fixture);
    fixture->policy.resources.ulimits.len = i;
    add_ulimit(fixture, "nproc", 1, 1);
    fixture_run(fixture, sd_rules_resources);
    fixture_assert_contains(fixture_assert_denied(fixture, "ulimit")->hint, hints[i]);
  }
}

static void ulimits_granted(void **state) {
  struct fixture *fixture = *state;
  add_ulimit(fixture, "nofile", -1, -1); /* overridden by what follows */
  add_ulimit(fixture, "nofile", 0, 65536);
  fixture_run(fixture, sd_rules_resources);
  fixture_assert_allowed(fixture);
  assert_true(fixture->decision.claimed[SD_OPT_ULIMIT]);
  const struct sd_ulimit *out = fixture->decision.out.ulimits.v.items;
  assert_int_equal(fixture->decision.out.ulimits.v.len, 2);
  assert_string_equal(out[0].name, "core");
  assert_int_equal(out[0].hard, 0);
  assert_string_equal(out[1].name, "nofile");
  assert_int_equal(out[1].soft, 0);
  assert_int_equal(out[1].hard, 65536);
  fixture_assert_changed(fixture, "ulimit", "--ulimit=core=0:0");
  fixture_assert_change_count(fixture, 6);
}

static void ulimit_of_zero(void **state) {
  struct fixture *fixture = *state;
  add_ulimit(fixture, "core", 0, 0);
  add_ulimit(fixture, "nofile", 0, 0);
  fixture_run(fixture, sd_rules_resources);
  fixture_assert_allowed(fixture);
  fixture_assert_change_count(fixture, 5);
}

/* -- CPU sets, cgroup parent ------------------------------------------------------------------- */
static void cpu_sets(void **state) {
  static const struct {
    const char *value;
    bool granted;
  } cases[] = {
      {"0", true},    {"0-3", true},   {"3-3", true},      {"0,1", true},   {"0-3,7,9-11", true},
      {"8191", true}, {"", true},      {"8192", false},    {"3-0", false},  {"0-", false},
      {"-1", false},  {",0", false},   {"0,", false},      {"0,,1", false}, {"0-1-2", false},
      {"a", false},   {"0 ,1", false}, {"0-99999", false}, {"0\n", false},  {"0-7:2/4", false},
      {"+1", false},
  };
  static const enum sd_option_id ids[] = {SD_OPT_CPUSET_CPUS, SD_OPT_CPUSET_MEMS};
  struct fixture *fixture = *state;
  for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
    enum sd_option_id id = ids[i % 2];
    const char *value = cases[i / 2].value;
    fixture_reset(fixture);
    fixture_text(fixture, id, value);
    fixture_run(fixture, sd_rules_resources);
    const struct sd_text *out = fixture_out(fixture, id);
    assert_true(fixture->decision.claimed[id]);
    if (cases[i / 2].granted) {
      fixture_assert_allowed(fixture);
      assert_int_equal(out->set, value[0] != '\0');
    } else {
      (void)fixture_assert_denied(fixture, "cpuset");
      assert_false(out->set);
    }
  }
}

static void cgroup_parents(void **state) {
  static const struct {
    const char *policy, *asked;
    bool granted, changed;
  } cases[] = {
      {"", "", true, false},
      {"", "/", false, false},
      {"", "user.slice", false, false},
      {"safe-u1000.slice", NULL, true, true},
      {"safe-u1000.slice", "", true, true},
      {"safe-u1000.slice", "safe-u1000.slice", true, false},
      {"safe-u1000.slice", "safe-u1001.slice", false, true},
      {"safe-u1000.slice", "/", false, true},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fixture->policy.resources.cgroup_parent = cases[i].policy;
    if (cases[i].asked != NULL)
      fixture_text(fixture, SD_OPT_CGROUP_PARENT, cases[i].asked);
    fixture_run(fixture, sd_rules_resources);
    if (cases[i].granted)
      fixture_assert_allowed(fixture);
    else
      (void)fixture_assert_denied(fixture, "cgroup-parent");
    assert_int_equal(fixture->decision.out.cgroup_parent.set, cases[i].policy[0] != '\0');
    if (cases[i].policy[0] != '\0')
      assert_string_equal(fixture->decision.out.cgroup_parent.value, cases[i].policy);
    if (cases[i].changed)
      fixture_assert_changed(fixture, "cgroup-parent", "--cgroup-parent=safe-u1000.slice");
    fixture_assert_change_count(fixture, cases[i].changed ? 8 : 7);
  }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(nothing_asked),      TEST(numbers),           TEST(memory_and_swap),
      TEST(swap_zero_is_unset), TEST(swap_hints),        TEST(refused_memory_alone),
      TEST(quota_over_period),  TEST(quota_is_injected), TEST(cpus_with_quota),
      TEST(default_fits_host),  TEST(ulimits_refused),   TEST(ulimits_granted),
      TEST(asks_host),          TEST(ulimit_of_zero),    TEST(cpu_sets),
      TEST(cgroup_parents),
  };
  return cmocka_run_group_tests_name("resources", tests, NULL, NULL);
}
