// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The zygote and the chain of generations forked from it. The newest holds every live large broadcast; workers are
 * forked from it alone. A load in progress holds this object's lock: whoever needs a worker waits, since a worker of an
 * older generation would load a copy of its own.
 */
final class Generations {
    private static final Logger LOG = LoggerFactory.getLogger(Generations.class);

    private final WorkerPool pool;
    private final Map<Long, BroadcastFile> held = new LinkedHashMap<>();
    private final Set<Long> dead = new HashSet<>();
    private final Set<Long> refused = ConcurrentHashMap.newKeySet();
    private final List<ZygoteLink> chain = new ArrayList<>();
    private volatile @Nullable ZygoteLink newest;
    private volatile boolean closed;

    Generations(WorkerPool pool) {
        this.pool = pool;
    }

    boolean isNewest(ZygoteLink link) {
        return link.equals(newest) && link.alive();
    }

    /** Returns the process to fork workers from, after it holds the large ones of these broadcasts. */
    ZygoteLink holding(List<BroadcastFile> broadcasts, List<String> path) throws IOException {
        ZygoteLink current = newest;
        if (current != null && current.alive() && missing(current, broadcasts).isEmpty()) {
            return current;
        }
        synchronized (this) {
            current = root();
            List<BroadcastFile> wanted = missing(current, broadcasts);
            return wanted.isEmpty() ? current : load(current, wanted, path);
        }
    }

    private List<BroadcastFile> missing(ZygoteLink link, List<BroadcastFile> broadcasts) {
        if (broadcasts.isEmpty()) {
            return List.of();
        }
        List<BroadcastFile> missing = new ArrayList<>();
        for (BroadcastFile file : broadcasts) {
            if (file.shared() && !link.broadcasts().contains(file.id()) && !refused.contains(file.id())) {
                missing.add(file);
            }
        }
        return missing;
    }

    /** The newest living process; starts a zygote if there is none. */
    private ZygoteLink root() throws IOException {
        if (closed) {
            throw new IOException("the worker pool is closed");
        }
        ZygoteLink current = newest;
        if (current != null && current.alive()) {
            return current;
        }
        chain.removeIf(link -> !link.alive());
        if (!chain.isEmpty()) {
            current = chain.get(chain.size() - 1);
        } else {
            ZygoteLink zygote = pool.process().link();
            if (!zygote.alive()) {
                pool.process().restart();
                zygote = pool.process().link();
            }
            chain.add(zygote);
            current = zygote;
        }
        newest = current;
        return current;
    }

    private ZygoteLink load(ZygoteLink current, List<BroadcastFile> wanted, List<String> path) throws IOException {
        ZygoteLink from = current;
        List<BroadcastFile> files = wanted;
        if (mostlyDead()) {
            // Built anew from the zygote, without what was destroyed; the old chain ends.
            dead.forEach(held::remove);
            dead.clear();
            List<ZygoteLink> old = new ArrayList<>(chain.subList(1, chain.size()));
            chain.subList(1, chain.size()).clear();
            from = chain.get(0);
            pool.closeWhenFree(old);
            files = new ArrayList<>(held.values());
            files.addAll(wanted);
        }
        Set<Long> holds = new HashSet<>(from.broadcasts());
        files.forEach(file -> holds.add(file.id()));
        try {
            ZygoteLink next = pool.load(from, files, path, List.copyOf(dead), Set.copyOf(holds));
            files.forEach(file -> held.put(file.id(), file));
            chain.add(next);
            newest = next;
            pool.retireOlder(next);
            return next;
        } catch (ParentLostException e) {
            throw e;
        } catch (IOException e) {
            // The workers load these by themselves, at .value, where an error reaches the user.
            wanted.forEach(file -> refused.add(file.id()));
            LOG.info("broadcast is not shared between workers: ids={}: {}", holds, e.getMessage());
            newest = from;
            return from;
        }
    }

    private boolean mostlyDead() {
        long deadBytes = 0;
        long allBytes = 0;
        for (BroadcastFile file : held.values()) {
            allBytes += file.length();
            deadBytes += dead.contains(file.id()) ? file.length() : 0;
        }
        return deadBytes * 2 > allBytes;
    }

    synchronized void drop(long id) {
        refused.remove(id);
        if (!held.containsKey(id)) {
            return;
        }
        dead.add(id);
        if (mostlyDead() && held.size() == dead.size() && chain.size() > 1) {
            // Nothing live is held: fall back to the zygote at once, so that the memory goes too.
            List<ZygoteLink> old = new ArrayList<>(chain.subList(1, chain.size()));
            chain.subList(1, chain.size()).clear();
            newest = chain.get(0);
            held.clear();
            dead.clear();
            pool.retireOlder(chain.get(0));
            pool.closeWhenFree(old);
        }
    }

    synchronized List<Long> pids() {
        return chain.stream().filter(ZygoteLink::alive).map(ZygoteLink::pid).toList();
    }

    void lost(ZygoteLink link) {
        if (!closed) {
            synchronized (this) {
                chain.remove(link);
                if (link.equals(newest)) {
                    newest = null;
                    link.broadcasts().forEach(held::remove);
                }
            }
        }
    }

    void close() {
        closed = true;
        List<ZygoteLink> all;
        synchronized (this) {
            all = List.copyOf(chain);
        }
        all.forEach(ZygoteLink::close);
    }
}
