import Foundation
import NIOCore
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Requests that HTTP allows")
    struct Transport {
        private static let call =
            #"{"method":"CheckPerformTransaction","params":{"amount":500000,"account":{"order_id":"free"}},"id":1}"#
        private static let type = "application/json; charset=UTF-8"

        @Test("an HTTP method that is not POST is answered with status 200 and its own error")
        func otherMethods() async throws {
            try await Victim.with { victim in
                for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD"] {
                    for body in ["", Victim.create().text] {
                        let response = try await Self.exchange(victim) { connection in
                            let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
                            await connection.send(RawRequest.head(method, key: victim.key, length) + body)
                            return await connection.response(toHead: method == "HEAD")
                        }
                        #expect(response?.status == 200, "\(method)")
                        #expect(response?["content-type"] == Self.type, "\(method)")
                        guard method != "HEAD", let response, let value = response.json else { continue }
                        let answer = PaymeClient.Answer(status: 200, bytes: response.body, value: value)
                        victim.expect(answer, .notPost, method)
                    }
                }
            }
        }

        @Test("a body is read whatever its content type says")
        func contentTypes() async throws {
            try await Victim.with { victim in
                let types = [
                    "text/json; charset=UTF-8", "text/plain", "application/x-www-form-urlencoded", "image/png", ";;;",
                    "application/json; charset=utf-16",
                ]
                for type in types {
                    let response = try await Self.exchange(victim) { connection in
                        await connection.send(RawRequest.post(Self.call, key: victim.key, ["Content-Type: \(type)"]))
                        return await connection.response()
                    }
                    Self.expectAllowed(response, type)
                }
            }
        }

        @Test("a body may come in chunks, byte by byte, with trailers")
        func chunks() async throws {
            try await Victim.with { victim in
                let chunks = Self.call.utf8.map { "1\r\n\(Character(UnicodeScalar($0)))\r\n" }.joined()
                for end in ["0\r\n\r\n", "0\r\nX-Sum: 1\r\n\r\n", "00000;a=b\r\n\r\n"] {
                    let response = try await Self.exchange(victim) { connection in
                        await connection.send(RawRequest.head(key: victim.key, ["Transfer-Encoding: chunked"]))
                        await connection.send(chunks + end)
                        return await connection.response()
                    }
                    Self.expectAllowed(response, end)
                }
            }
        }

        @Test("requests may come in one piece, and are answered in their order")
        func pipelined() async throws {
            try await Victim.with { victim in
                let calls = (0..<20).map { index in
                    RawRequest.post(
                        #"{"method":"CheckTransaction","params":{"id":"none"},"id":\#(index)}"#, key: victim.key)
                }
                let ids = try await Self.exchange(victim) { connection in
                    await connection.send(calls.joined())
                    var ids: [JSONValue?] = []
                    for _ in calls { ids.append(await connection.response()?.json?["id"]) }
                    return ids
                }
                #expect(ids == (0..<20).map { .integer($0) })
            }
        }

        @Test("a client that waits for 100 Continue gets it")
        func expectContinue() async throws {
            try await Victim.with { victim in
                let (first, second) = try await Self.exchange(victim) { connection in
                    let lines = ["Content-Length: \(Self.call.utf8.count)", "Expect: 100-continue"]
                    await connection.send(RawRequest.head(key: victim.key, lines))
                    let first = await connection.response()
                    await connection.send(Self.call)
                    return (first, await connection.response())
                }
                #expect(first?.status == 100)
                Self.expectAllowed(second, "after 100")
            }
        }

        @Test("HTTP/1.0 is answered, and then the connection ends")
        func oldVersion() async throws {
            try await Victim.with { victim in
                let (response, isClosed) = try await Self.exchange(victim) { connection in
                    let lines = ["Content-Length: \(Self.call.utf8.count)", "Connection: close"]
                    await connection.send(RawRequest.head(key: victim.key, version: "HTTP/1.0", lines) + Self.call)
                    return (await connection.response(), await connection.isClosed())
                }
                Self.expectAllowed(response, "HTTP/1.0")
                #expect(isClosed)
            }
        }

        @Test("HTTP/1.0 keeps its connection only if it asks for that")
        func oldKeepAlive() async throws {
            try await Victim.with { victim in
                let length = "Content-Length: \(Self.call.utf8.count)"
                let plain = RawRequest.head(key: victim.key, version: "HTTP/1.0", [length]) + Self.call
                let keeping =
                    RawRequest.head(key: victim.key, version: "HTTP/1.0", [length, "Connection: Keep-Alive"])
                    + Self.call
                let (response, isClosed) = try await Self.exchange(victim) { connection in
                    await connection.send(plain)
                    return (await connection.response(), await connection.isClosed())
                }
                Self.expectAllowed(response, "without keep-alive")
                #expect(isClosed)
                let (first, second, isOver) = try await Self.exchange(victim) { connection in
                    await connection.send(keeping)
                    let first = await connection.response()
                    // What is sent behind the last request is nobody's.
                    await connection.send(plain + plain)
                    return (first, await connection.response(), await connection.isClosed())
                }
                Self.expectAllowed(first, "with keep-alive")
                #expect(first?["connection"]?.lowercased() == "keep-alive")
                Self.expectAllowed(second, "the last")
                #expect(isOver)
            }
        }

        @Test("HTTP/1.0 gets a streamed answer without chunks, ended by the connection's end")
        func oldStream() async throws {
            try await Victim.with { victim in
                let body = #"{"method":"GetStatement","params":{"from":0,"to":9999999999999},"id":1}"#
                for line in ["Accept: */*", "Connection: keep-alive"] {
                    let bytes = try await Self.exchange(victim) { connection in
                        let lines = ["Content-Length: \(body.utf8.count)", line]
                        await connection.send(RawRequest.head(key: victim.key, version: "HTTP/1.0", lines) + body)
                        return await connection.rest()
                    }
                    let text = String(decoding: bytes, as: UTF8.self)
                    let cut = try #require(text.range(of: "\r\n\r\n"))
                    #expect(!text[..<cut.lowerBound].lowercased().contains("transfer-encoding"))
                    let json = try JSONValue(parsing: Array(text[cut.upperBound...].utf8))
                    #expect(json["result"]?["transactions"]?.arrayValue?.count == 2)
                }
            }
        }

        private static func expectAllowed(
            _ response: RawResponse?, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
        ) {
            #expect(response?.status == 200, "\(what)", sourceLocation: sourceLocation)
            #expect(response?["content-type"] == type, "\(what)", sourceLocation: sourceLocation)
            #expect(response?.json?["result"]?["allow"] == true, "\(what)", sourceLocation: sourceLocation)
        }

        private static func exchange<T>(
            _ victim: Victim, _ talk: (inout RawConnection) async throws -> T
        ) async throws -> T {
            try await RawConnection.with(port: victim.port, within: .seconds(10), talk)
        }
    }
}
