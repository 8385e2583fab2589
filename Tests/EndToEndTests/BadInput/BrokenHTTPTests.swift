import NIOCore
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Requests that HTTP does not allow")
    struct BrokenHTTP {
        private static let body = Victim.create().text

        /// Requests that no server should carry out. They are answered with a refusal, or not at all.
        private static func broken(_ key: String) -> [(String, String)] {
            let length = "Content-Length: \(body.utf8.count)"
            let authorization = "Authorization: \(RawRequest.authorization(key))"
            let start = "POST \(RawRequest.path) HTTP/1.1\r\nHost: a\r\n\(authorization)\r\n"
            return [
                ("two lengths", RawRequest.head(key: key, [length, "Content-Length: 5"]) + body),
                (
                    "a length and chunks",
                    RawRequest.head(key: key, [length, "Transfer-Encoding: chunked"]) + "0\r\n\r\n" + body
                ),
                ("a negative length", RawRequest.head(key: key, ["Content-Length: -5"]) + body),
                ("a length in words", RawRequest.head(key: key, ["Content-Length: many"]) + body),
                ("a length beyond 64 bits", RawRequest.head(key: key, ["Content-Length: 99999999999999999999"]) + body),
                ("a header without a colon", start + "Nonsense\r\n\(length)\r\n\r\n" + body),
                (
                    "a header with a space before the colon",
                    start + "Content-Length : \(body.utf8.count)\r\n\r\n" + body
                ),
                ("a zero byte in a header", start + "X-A: a\u{0}b\r\n\(length)\r\n\r\n" + body),
                (
                    "a header of 9 kilobytes",
                    RawRequest.post(body, key: key, ["X-A: " + String(repeating: "a", count: 9_000)])
                ),
                (
                    "headers of 20 kilobytes",
                    RawRequest.post(body, key: key, (0..<40).map { "X-\($0): " + String(repeating: "a", count: 500) })
                ),
                ("101 headers", RawRequest.post(body, key: key, (0..<101).map { "X-\($0): a" })),
                (
                    "a target of 20 kilobytes",
                    RawRequest.head(key: key, target: "/" + String(repeating: "a", count: 20_000), [length]) + body
                ),
                ("HTTP/9.9", RawRequest.head(key: key, version: "HTTP/9.9", [length]) + body),
                ("HTTP/2 at once", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ("no HTTP", "hello\r\n\r\n"),
                ("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}"),
                ("line breaks", String(repeating: "\r\n", count: 100)),
                ("an unknown method", RawRequest.head("CREATE", key: key, [length]) + body),
            ]
        }

        /// Bodies that break off inside a good request: there is no body then, so there is no JSON.
        private static func brokenBodies(_ key: String) -> [(String, String)] {
            let chunked = RawRequest.head(key: key, ["Transfer-Encoding: chunked"])
            return [
                ("a bad chunk size", chunked + "zz\r\n\(body)\r\n0\r\n\r\n"),
                ("an endless chunk size", chunked + String(repeating: "F", count: 40) + "\r\n"),
                ("a chunk longer than it says", chunked + "5\r\n\(body)\r\n0\r\n\r\n"),
                ("an unknown coding", RawRequest.head(key: key, ["Transfer-Encoding: gzip"]) + body),
            ]
        }

        @Test("are refused, not carried out, and hurt nobody")
        func broken() async throws {
            try await Victim.with(["HTTP_REQUEST_SECONDS": "1"]) { victim in
                for (what, text) in Self.broken(victim.key) {
                    let status = try await RawConnection.with(port: victim.port, within: .seconds(10)) { connection in
                        await connection.send(text)
                        connection.finish()
                        return await connection.response()?.status
                    }
                    #expect(status != 200, "\(what)")
                    #expect((status ?? 400) / 100 == 4, "\(what)")
                    #expect(try await Ledger.read(victim.store) == victim.before, "\(what)")
                }
            }
        }

        @Test("a body that makes no sense is a parse error, or the end")
        func brokenBody() async throws {
            try await Victim.with { victim in
                for (what, text) in Self.brokenBodies(victim.key) {
                    let response = try await RawConnection.with(port: victim.port) { connection in
                        await connection.send(text)
                        connection.finish()
                        return await connection.response()
                    }
                    guard let response, response.status == 200 else { continue }
                    #expect(response.json?["error"]?["code"]?.integerValue == ProtocolError.parseError.code, "\(what)")
                }
            }
        }

        // A body that is cut off is not a call, even if what came is valid JSON.
        @Test("a body that ends too soon is no call, even if it reads like one")
        func cutOff() async throws {
            try await Victim.with { victim in
                for (missing, isHalfClosed) in [(1, true), (1, false), (500, true), (500, false)] {
                    try await RawConnection.with(port: victim.port) { connection in
                        let length = Self.body.utf8.count + missing
                        await connection.send(
                            RawRequest.head(key: victim.key, ["Content-Length: \(length)"]) + Self.body)
                        guard isHalfClosed else { return }
                        connection.finish()
                        _ = await connection.rest()
                    }
                    try await RawConnection.with(port: victim.port) { connection in
                        await connection.send(RawRequest.head(key: victim.key, ["Transfer-Encoding: chunked"]))
                        await connection.send(String(Self.body.utf8.count, radix: 16) + "\r\n" + Self.body + "\r\n")
                        guard isHalfClosed else { return }
                        connection.finish()
                        _ = await connection.rest()
                    }
                }
            }
        }

        @Test("what is smuggled behind a broken request is not carried out")
        func smuggled() async throws {
            try await Victim.with { victim in
                let hidden = RawRequest.post(Self.body, key: victim.key)
                for lines in [
                    ["Content-Length: 4", "Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked, identity"],
                    ["Transfer-Encoding: xchunked"], ["Content-Length: 4, 6"],
                ] {
                    _ = try await RawConnection.with(port: victim.port) { connection in
                        await connection.send(RawRequest.head("GET", key: "wrong", lines) + "0\r\n\r\n" + hidden)
                        connection.finish()
                        return await connection.rest()
                    }
                    #expect(try await Ledger.read(victim.store) == victim.before, "\(lines)")
                }
            }
        }

        @Test("ten thousand random bytes, a hundred times, hurt nobody")
        func noise() async throws {
            var random = SeededGenerator(seed: Prove.seed("noise"))
            try await Victim.with { victim in
                for _ in 0..<100 {
                    let noise = (0..<10_000).map { _ in UInt8.random(in: 0...255, using: &random) }
                    try await RawConnection.with(port: victim.port) { connection in
                        await connection.send(noise)
                        connection.finish()
                        _ = await connection.rest()
                    }
                }
            }
        }
    }
}
