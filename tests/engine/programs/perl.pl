# SPDX-License-Identifier: Apache-2.0
# Processes, pipes, locks, threads, sockets of a kind that needs no network.
use strict;
use warnings;
use threads;
use Fcntl qw(:flock);
use IPC::Open3;
use IPC::SysV qw(IPC_PRIVATE IPC_CREAT IPC_RMID);
use Socket;

my @threads = map { my $n = $_; threads->create(sub { $n * $n }) } 1 .. 4;
join(",", map { $_->join } @threads) eq "1,4,9,16" or die "threads";

my $pid = open3(my $in, my $out, undef, "tr", "a-z", "A-Z");
print $in "loud\n";
close $in;
<$out> eq "LOUD\n" or die "open3";
waitpid $pid, 0;

socketpair(my $left, my $right, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die "socketpair: $!";
if (!fork) { syswrite $right, "child"; exit 0 }
sysread $left, my $word, 5;
wait;
$word eq "child" or die "fork";

open my $file, ">", "perl.lock" or die "open: $!";
flock $file, LOCK_EX | LOCK_NB or die "flock: $!";

my $queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600) // die "msgget: $!";
msgsnd $queue, pack("l! a*", 1, "message"), 0 or die "msgsnd: $!";
msgctl $queue, IPC_RMID, 0;
local $SIG{ALRM} = sub { die "rung\n" };
eval { alarm 1; select undef, undef, undef, 5; };
$@ eq "rung\n" or die "alarm";
print "finished\n";
