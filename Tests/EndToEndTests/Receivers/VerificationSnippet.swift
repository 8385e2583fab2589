import Foundation

/// The code with which the README lets a shop verify a webhook, in one language, and a program around it.
///
/// The program gets a JSON array of messages on standard input, and prints 1 for each that is genuine, 0 for others.
struct VerificationSnippet: Sendable {
    struct Missing: Error {
        let language: Interpreter
    }

    /// A whole program.
    let program: String
    let fileName: String

    /// - Throws: ``Missing`` if the README has no such snippet.
    init(_ language: Interpreter) throws {
        let readme = try String(
            contentsOf: Interpreter.package.appendingPathComponent("README.md"), encoding: .utf8)
        let parts = readme.components(separatedBy: "<!-- webhook-verification: \(language) -->\n```")
        guard parts.count == 2, let start = parts[1].firstIndex(of: "\n"), let end = parts[1].range(of: "\n```\n")
        else { throw Missing(language: language) }
        let code = String(parts[1][start..<end.lowerBound])
        switch language {
        case .php:
            fileName = "verify.php"
            program =
                "<?php\n" + code + #"""

                    foreach (json_decode(stream_get_contents(STDIN), true) as $m) {
                        $body = base64_decode($m['body']);
                        $isGenuine = webhook_is_genuine($m['secret'], $m['id'], $m['timestamp'], $m['signature'], $body);
                        echo $isGenuine ? '1' : '0';
                    }
                    """#
        case .python:
            fileName = "verify.py"
            program =
                code + #"""


                    import json, sys

                    for m in json.load(sys.stdin):
                        names = {"webhook-id": "id", "webhook-timestamp": "timestamp", "webhook-signature": "signature"}
                        headers = {name: m[key] for name, key in names.items() if m[key]}
                        genuine = webhook_is_genuine(m["secret"], headers, base64.b64decode(m["body"]))
                        sys.stdout.write("1" if genuine else "0")
                    """#
        case .node:
            fileName = "verify.js"
            program =
                code + #"""

                    for (const m of JSON.parse(require("node:fs").readFileSync(0, "utf8"))) {
                      const headers = {};
                      for (const name of ["id", "timestamp", "signature"]) if (m[name]) headers[`webhook-${name}`] = m[name];
                      process.stdout.write(webhookIsGenuine(m.secret, headers, Buffer.from(m.body, "base64")) ? "1" : "0");
                    }
                    """#
        }
    }
}
