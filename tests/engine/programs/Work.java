// SPDX-License-Identifier: Apache-2.0
// Hot code for the optimising compiler, a garbage collection, threads, files that are mapped, a child.
import java.nio.channels.FileChannel;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;

public class Work {
  static int hot(int n) {
    int sum = 0;
    for (int i = 0; i < n; i++) sum = (int) ((sum * 31L + i) % 1000003);
    return sum;
  }

  public static void main(String[] args) throws Exception {
    int expected = hot(3_000_000);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Future<Integer>> results = new ArrayList<>();
    for (int i = 0; i < 8; i++) results.add(pool.submit(() -> hot(3_000_000)));
    for (Future<Integer> result : results) if (result.get() != expected) throw new Exception("threads");
    pool.shutdown();
    List<byte[]> garbage = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      garbage.add(new byte[1 << 20]);
      if (garbage.size() > 10) garbage.clear();
    }
    System.gc();
    Path file = Path.of("java.dat");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.map(FileChannel.MapMode.READ_WRITE, 0, 8192).put(0, (byte) 1);
    }
    if (Files.size(file) != 8192) throw new Exception("files");
    Process child = new ProcessBuilder("sh", "-c", "exit 7").start();
    if (child.waitFor() != 7) throw new Exception("child");
    System.out.println("finished");
  }
}
