import NIOCore
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    // Invariant: who does not finish a request in time is gone, and does not get in the way of others until then.
    //
    //     1,000 drippers                        others
    //     ------------------------------------  --------------------------------------------------
    //     half a head, half a body, …           .
    //     a byte                                calls, each answered
    //     a byte                                calls, each answered
    //     one second after they began: closed   .
    @Suite("Slow senders")
    struct SlowSenders {
        @Test("a thousand connections that drip are gone after the deadline, and others are served meanwhile")
        func drippers() async throws {
            OpenFiles.raiseLimit()
            try await Victim.with(["HTTP_REQUEST_SECONDS": "1"]) { victim in
                let (port, key) = (victim.port, victim.key)
                let drippers = try await Crowd.all(1_000) { index in
                    let kind = Dripper.Kind.allCases[index % Dripper.Kind.allCases.count]
                    return try await Dripper.open(kind, port: port, key: key)
                }
                async let ended = Crowd.all(drippers.count) { await drippers[$0].isEnded(within: .seconds(15)) }
                for _ in 0..<100 {
                    #expect(try await victim.payme.show(Victim.created).state == 1)
                }
                let left = zip(drippers, try await ended).filter { !$1 }.map { "\($0.0.kind)" }
                #expect(Dictionary(grouping: left) { $0 }.mapValues(\.count) == [:])
            }
        }

        @Test("who is slow and in time is served, again and again on one connection")
        func slowButInTime() async throws {
            try await Victim.with(["HTTP_REQUEST_SECONDS": "2"]) { victim in
                let body = #"{"method":"CheckTransaction","params":{"id":"\#(Victim.created)"},"id":1}"#
                let request = Array(RawRequest.post(body, key: victim.key).utf8)
                try await RawConnection.with(port: victim.port) { connection in
                    for _ in 0..<4 {
                        // Together the requests take longer than one may take.
                        let cut = request.count / 4
                        for start in stride(from: 0, to: request.count, by: cut) {
                            await connection.send(request[start..<min(start + cut, request.count)])
                            try await Task.sleep(for: .milliseconds(120))
                        }
                        let response = await connection.response()
                        #expect(response?.json?["result"]?["state"] == 1)
                    }
                }
            }
        }

        @Test("a connection that says nothing between two requests is kept")
        func keptAlive() async throws {
            try await Victim.with(["HTTP_REQUEST_SECONDS": "1"]) { victim in
                let call = RawRequest.post(#"{"method":"None","params":{},"id":1}"#, key: victim.key)
                try await RawConnection.with(port: victim.port) { connection in
                    for _ in 0..<2 {
                        await connection.send(call)
                        let response = await connection.response()
                        #expect(response?.status == 200)
                        // Longer than a request may take; nothing happens that could be awaited.
                        try await Task.sleep(for: .milliseconds(1_300))
                    }
                }
            }
        }
    }

    @Suite("More connections than are served")
    struct ConnectionLimit {
        @Test("the next ones wait, and are served when others leave")
        func waiting() async throws {
            try await RunningServer.with(["HTTP_CONNECTIONS_MAX": "4"]) { running in
                let call = RawRequest.post(#"{"method":"None","params":{},"id":1}"#, key: running.paymeKey)
                let early = try await Self.holding(4, call, running.port) {
                    try await RawConnection.with(port: running.port, within: .milliseconds(700)) { connection in
                        await connection.send(call)
                        return await connection.response()?.status
                    }
                }
                let late = try await running.client.send(Array("{}".utf8))
                #expect(early == nil)
                #expect(late.isError(.invalidRequest))
            }
        }

        @Test("places that are held in silence become free")
        func silent() async throws {
            try await RunningServer.with(["HTTP_CONNECTIONS_MAX": "4"]) { running in
                let call = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
                let late = try await Self.holding(4, call, running.port) {
                    try await RawConnection.with(port: running.port, within: .seconds(15)) { connection in
                        await connection.send(call)
                        return await connection.response()?.status
                    }
                }
                #expect(late == 200)
            }
        }

        /// Runs the closure while so many served connections stay open.
        private static func holding<T>(
            _ count: Int, _ call: String, _ port: Int, _ body: () async throws -> T
        ) async throws -> T {
            guard count > 0 else { return try await body() }
            return try await RawConnection.with(port: port) { connection in
                await connection.send(call)
                let response = await connection.response()
                #expect(response?.status == 200)
                return try await holding(count - 1, call, port, body)
            }
        }
    }
}
