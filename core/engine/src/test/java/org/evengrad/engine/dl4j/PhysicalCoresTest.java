package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhysicalCoresTest {
    @TempDir private Path root;

    private void mayRunOn(String threads) throws IOException {
        Path status = root.resolve("proc/self/status");
        Files.createDirectories(status.getParent());
        Files.writeString(
                status, "Name:\tjava\nCpus_allowed:\tff\nCpus_allowed_list:\t" + threads + "\n");
    }

    private void thread(int number, String file, String siblings) throws IOException {
        Path topology = root.resolve("sys/devices/system/cpu/cpu" + number + "/topology");
        Files.createDirectories(topology);
        Files.writeString(topology.resolve(file), siblings + "\n");
    }

    /** Four cores with two hardware threads each, numbered as most machines do. */
    private void fourCoresOfTwoThreads() throws IOException {
        for (int i = 0; i < 8; i++) {
            thread(i, "core_cpus_list", i % 4 + "," + (i % 4 + 4));
        }
    }

    @Test
    void countsTheTwoThreadsOfACoreOnce() throws IOException {
        mayRunOn("0-7");
        fourCoresOfTwoThreads();
        assertEquals(4, PhysicalCores.onLinux(root, 8));
    }

    @Test
    void countsOnlyCoresThatTheProcessMayRunOn() throws IOException {
        fourCoresOfTwoThreads();
        mayRunOn("0,4");
        assertEquals(1, PhysicalCores.onLinux(root, 2));
        mayRunOn("0-1,5-6");
        assertEquals(3, PhysicalCores.onLinux(root, 4));
    }

    @Test
    void isNeverAboveTheLimitOfAContainer() throws IOException {
        mayRunOn("0-7");
        fourCoresOfTwoThreads();
        assertEquals(3, PhysicalCores.onLinux(root, 3));
    }

    @Test
    void countsEveryThreadWhereEachHasACoreOfItsOwn() throws IOException {
        mayRunOn("0-1");
        thread(0, "core_cpus_list", "0");
        thread(1, "core_cpus_list", "1");
        assertEquals(2, PhysicalCores.onLinux(root, 2));
    }

    @Test
    void readsTheFileOfOlderKernels() throws IOException {
        mayRunOn("0-1");
        thread(0, "thread_siblings_list", "0-1");
        thread(1, "thread_siblings_list", "0-1");
        assertEquals(1, PhysicalCores.onLinux(root, 2));
    }

    @Test
    void takesWhatIsAvailableWhereTheKernelDoesNotSay() throws IOException {
        assertEquals(6, PhysicalCores.onLinux(root, 6));
        mayRunOn("0-1");
        thread(0, "core_cpus_list", "0");
        assertEquals(6, PhysicalCores.onLinux(root, 6));
        mayRunOn("all of them");
        assertEquals(6, PhysicalCores.onLinux(root, 6));
    }

    @Test
    void findsAtLeastOneAndNoMoreThanAvailableOnThisMachine() {
        int count = PhysicalCores.count();
        assertTrue(count >= 1 && count <= Runtime.getRuntime().availableProcessors(), count + "");
    }
}
