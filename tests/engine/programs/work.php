<?php // SPDX-License-Identifier: Apache-2.0
// Hot code for the compiler, which wants memory that is first written and then executed; processes and files.
function hot(int $n): int {
  $sum = 0;
  for ($i = 0; $i < $n; $i++) $sum = ($sum * 31 + $i) % 1000003;
  return $sum;
}
if (!(opcache_get_status(false)['jit']['on'] ?? false)) exit("the compiler is off\n");
hot(5000000);
if (trim(shell_exec('echo child')) !== 'child') exit("no child\n");
file_put_contents('php.txt', str_repeat('x', 4096), LOCK_EX);
if (filesize('php.txt') !== 4096) exit("no file\n");
$pid = pcntl_fork();
if ($pid === 0) exit(7);
pcntl_waitpid($pid, $status);
if (pcntl_wexitstatus($status) !== 7) exit("no fork\n");
echo "finished\n";
