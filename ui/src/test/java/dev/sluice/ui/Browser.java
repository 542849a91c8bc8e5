// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Sends requests as they are written here, whatever a real client would refuse to send. */
final class Browser {
    final int port;
    final String token;

    Browser(String url) {
        URI address = URI.create(url);
        this.port = address.getPort();
        this.token = address.getQuery().substring("token=".length());
    }

    /** An answer as it came. */
    record Answer(int status, String head, String body) {
        String header(String name) {
            return head.lines()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    Answer get(String path) throws IOException {
        return ask("GET", path, List.of("Host: " + host(), "Authorization: Bearer " + token), "");
    }

    String host() {
        return "127.0.0.1:" + port;
    }

    Answer ask(String method, String path, List<String> headers, String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            send(socket, method, path, headers, body);
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = all.indexOf("\r\n\r\n");
            return new Answer(Integer.parseInt(all.split(" ", 3)[1]), all.substring(0, end), all.substring(end + 4));
        }
    }

    private static void send(Socket socket, String method, String path, List<String> headers, String body)
            throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(method + " " + path + " HTTP/1.1");
        lines.addAll(headers);
        lines.add("Connection: close");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0) {
            lines.add("Content-Length: " + bytes.length);
        }
        String head = String.join("\r\n", lines) + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Reads a stream of events until a line begins so. */
    String stream(String path, Runnable afterHello, String until) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            send(socket, "GET", path, List.of("Host: " + host(), "Authorization: Bearer " + token), "");
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder seen = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                seen.append(line).append('\n');
                if (line.startsWith(": hello")) {
                    afterHello.run();
                } else if (line.startsWith(until)) {
                    break;
                }
            }
            return seen.toString();
        }
    }
}
