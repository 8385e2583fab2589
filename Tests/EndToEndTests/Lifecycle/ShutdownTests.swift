import AsyncHTTPClient
import Foundation
import Payments
import StrictJSON
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    // Invariant: a server that is told to stop answers what it has taken, and takes nothing that it does not answer.
    //
    //     32 clients                            the server
    //     ------------------------------------  --------------------------------------------------
    //     Create(…) again and again   ─────────▶ rows
    //     …                                      SIGTERM
    //     Create(…)                   ─────────▶ taken: answered, then the connection is closed
    //     Create(…) on a closed connection       never taken: no row
    //                                            exit code 0
    @Suite("Shutdown")
    struct Shutdown {
        @Test("finishes what is in flight", arguments: [SIGTERM, SIGINT])
        func finishes(signal: Int32) async throws {
            OpenFiles.raiseLimit()
            let folder = TemporaryFolder()
            let server = try await ServerProcess(.tiyin, in: folder)
            try await server.shop().addAccount("wallet")
            var configuration = HTTPClient.Configuration()
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
            configuration.connectionPool.retryConnectionEstablishment = false
            let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            let payme = server.payme(http)
            let (enough, under) = AsyncStream.makeStream(of: Void.self)
            let answered = Mutex<[String: Int64]>([:])
            async let clients: [Void] = Crowd.all(32) { client in
                for number in 0... {
                    let id = "c\(client)n\(number)"
                    let now = Int64(Date().timeIntervalSince1970 * 1_000)
                    guard let answer = try? await payme.create(id, "wallet", time: now) else { return }
                    let count = answered.withLock { answered in
                        answered[id] = answer.number("create_time") ?? -1
                        return answered.count
                    }
                    if count == 500 { under.finish() }
                }
            }
            // Under way.
            for await _ in enough {}
            server.child.signal(signal)
            let exit = await server.child.exit()
            _ = try await clients
            try await http.shutdown()
            #expect(exit == .success)
            let ledger = try await ServerProcess.look(folder) { try await Ledger.read($0) }
            let stored = Dictionary(
                uniqueKeysWithValues: ledger.transactions.map { ($0.key.externalID, $0.createTime) })
            #expect(stored == answered.withLock { $0 })
        }

        @Test("a statement that is being sent is sent to its end")
        func statement() async throws {
            let folder = TemporaryFolder()
            let server = try await ServerProcess(.tiyin, in: folder)
            try await server.shop().addAccount("wallet")
            let payme = server.payme()
            let now = Int64(Date().timeIntervalSince1970 * 1_000)
            // More than the buffers between here and there hold, so that the server has not done its part at once.
            let account = String(repeating: "x", count: 20_000)
            _ = try await Crowd.all(400) { index in
                try await payme.call(
                    "CreateTransaction",
                    [
                        "id": .string(PaymeClient.id(index)), "time": .integer(now + Int64(index)), "amount": 1_000,
                        "account": ["order_id": "wallet", "note": .string(account)],
                    ])
            }
            let body = #"{"method":"GetStatement","params":{"from":0,"to":9000000000000},"id":1}"#
            let response = try await RawConnection.with(port: server.port) { connection in
                await connection.send(RawRequest.post(body, key: ServerProcess.paymeKey))
                try #require(await connection.begins())
                server.child.signal(SIGTERM)
                return await connection.response()
            }
            #expect(response?.json(upTo: 1 << 25)?["result"]?["transactions"]?.arrayValue?.count == 400)
            #expect(await server.child.exit() == .success)
        }

        @Test("connections that send nothing, or half a request, do not hold it up")
        func idleConnections() async throws {
            let server = try await ServerProcess(.tiyin, in: TemporaryFolder(), ["HTTP_REQUEST_SECONDS": "1"])
            let clock = ContinuousClock()
            try await RawConnection.with(port: server.port) { idle in
                try await RawConnection.with(port: server.port) { half in
                    await half.send("POST \(RawRequest.path) HTTP/1.1\r\nContent-Length: 10\r\n\r\n{")
                    // Both are known to the server once a later connection is answered.
                    let health = try await server.shop().get("/health")
                    #expect(health.status == 200)
                    let start = clock.now
                    let exit = await server.stop()
                    #expect(exit == .success)
                    #expect(clock.now - start < .seconds(10))
                    #expect(await half.rest().starts(with: "HTTP/1.1 200".utf8) == false)
                }
                #expect(await idle.isClosed())
            }
        }
    }
}
