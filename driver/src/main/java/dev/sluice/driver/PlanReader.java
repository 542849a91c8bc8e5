// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.json.JsonObject;
import dev.sluice.engine.Dataset;
import dev.sluice.engine.Datasets;
import dev.sluice.engine.Keep;
import dev.sluice.engine.PlanNode;
import dev.sluice.worker.BroadcastFile;
import dev.sluice.worker.Command;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The driver's plan as the JVM knows it: nodes arrive once, in the job that first needs them. */
final class PlanReader {
    /** Nodes of one job that people are told of. */
    private static final int DESCRIBED = 100;

    private final Map<Long, Dataset> nodes = new ConcurrentHashMap<>();
    /** Module search paths of the driver: nodes as well, since they too are sent once, and let go. */
    private final Map<Long, List<String>> paths = new ConcurrentHashMap<>();

    /** What the program calls some of the nodes. */
    private final Map<Long, String> labels = new ConcurrentHashMap<>();

    private final Map<Long, BroadcastFile> broadcasts;

    PlanReader(Map<Long, BroadcastFile> broadcasts) {
        this.broadcasts = broadcasts;
    }

    /**
     * Takes in new nodes, inputs first.
     *
     * @param descriptions the nodes' JSON
     * @param blobs their bytes, one after the other
     */
    void read(List<JsonObject> descriptions, ByteBuffer blobs) {
        for (JsonObject json : descriptions) {
            if (json.text("type").equals("path")) {
                paths.put(json.number("id"), json.texts("entries"));
            } else {
                Dataset node = node(json, blobs);
                nodes.put(node.id(), node);
                if (json.has("label")) {
                    labels.put(node.id(), json.text("label"));
                }
            }
        }
    }

    private Dataset node(JsonObject json, ByteBuffer blobs) {
        long id = json.number("id");
        String type = json.text("type");
        return switch (type) {
            case "source" ->
                new Dataset.Source(
                        id,
                        json.numbers("sizes").stream()
                                .map(size -> take(blobs, size, id))
                                .toList(),
                        zstdFiles(json));
            case "python" ->
                new Dataset.PythonStage(
                        id,
                        json.text("kind", "rows"),
                        new Command(json.text("digest"), take(blobs, json.number("size"), id)),
                        inputs(json),
                        json.numbers("broadcasts").stream().map(this::broadcast).toList(),
                        json.integer("partitions"),
                        json.has("barrier"));
            case "shuffle" -> new Dataset.Shuffle(id, inputs(json).get(0), json.integer("partitions"));
            case "union" -> new Dataset.Union(id, inputs(json));
            case "coalesce" -> new Dataset.Coalesce(id, inputs(json).get(0), groups(json));
            case "zip" -> new Dataset.Zip(id, inputs(json));
            case "cartesian" ->
                new Dataset.Cartesian(id, inputs(json).get(0), inputs(json).get(1));
            case "cached" -> new Dataset.Cached(id, inputs(json).get(0), Keep.valueOf(json.text("keep")));
            default -> throw new ProtocolException("unknown plan node: type=" + type + " id=" + id);
        };
    }

    private static Map<Integer, String> zstdFiles(JsonObject json) {
        Map<Integer, String> files = new HashMap<>();
        if (json.has("zstd")) {
            json.textMap("zstd").forEach((partition, file) -> files.put(Integer.valueOf(partition), file));
        }
        return files;
    }

    private static byte[] take(ByteBuffer blobs, long size, long id) {
        if (size < 0 || size > blobs.remaining()) {
            throw new ProtocolException(
                    "a plan node's bytes are missing: id=" + id + " size=" + size + " remaining=" + blobs.remaining());
        }
        byte[] bytes = new byte[(int) size];
        blobs.get(bytes);
        return bytes;
    }

    private List<Dataset> inputs(JsonObject json) {
        return json.numbers("inputs").stream().map(this::get).toList();
    }

    private static List<List<Integer>> groups(JsonObject json) {
        List<List<Integer>> groups = new ArrayList<>();
        for (Object group : json.list("groups")) {
            groups.add(((List<?>) group)
                    .stream().map(member -> ((Long) member).intValue()).toList());
        }
        return groups;
    }

    private BroadcastFile broadcast(long id) {
        BroadcastFile file = broadcasts.get(id);
        if (file == null) {
            throw new ProtocolException("a function uses a broadcast that was destroyed: id=" + id
                    + "; make a new one with Context.broadcast");
        }
        return file;
    }

    Dataset get(long id) {
        return known(nodes, id);
    }

    List<String> path(long id) {
        return known(paths, id);
    }

    private static <T> T known(Map<Long, T> all, long id) {
        T node = all.get(id);
        if (node == null) {
            throw new ProtocolException("unknown plan node: id=" + id);
        }
        return node;
    }

    /** Describes what a job over a node reaches, for people: the nodes nearest to it, inputs first. */
    List<PlanNode> describe(Dataset target) {
        Map<Long, PlanNode> reached = new LinkedHashMap<>();
        Deque<Dataset> next = new ArrayDeque<>();
        next.add(target);
        while (!next.isEmpty() && reached.size() < DESCRIBED) {
            Dataset node = next.remove();
            List<Dataset> inputs = Datasets.inputs(node);
            if (reached.putIfAbsent(
                            node.id(),
                            new PlanNode(
                                    node.id(),
                                    Datasets.kind(node),
                                    labels.getOrDefault(node.id(), ""),
                                    node.partitions(),
                                    inputs.stream().map(Dataset::id).toList()))
                    == null) {
                next.addAll(inputs);
            }
        }
        return inputsFirst(reached);
    }

    private static List<PlanNode> inputsFirst(Map<Long, PlanNode> reached) {
        Map<Long, PlanNode> ordered = new LinkedHashMap<>();
        // A node may be reached by several ways: it comes before the first that reads it, wherever it was met.
        for (PlanNode node : reached.values()) {
            place(node, reached, ordered);
        }
        return List.copyOf(ordered.values());
    }

    private static void place(PlanNode node, Map<Long, PlanNode> reached, Map<Long, PlanNode> ordered) {
        if (ordered.containsKey(node.id())) {
            return;
        }
        for (long input : node.inputs()) {
            PlanNode below = reached.get(input);
            if (below != null) {
                place(below, reached, ordered);
            }
        }
        ordered.put(node.id(), node);
    }

    void forget(long id) {
        nodes.remove(id);
        labels.remove(id);
        paths.remove(id);
    }

    void clear() {
        nodes.clear();
        labels.clear();
        paths.clear();
    }
}
