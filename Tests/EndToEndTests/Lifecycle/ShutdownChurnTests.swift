import Foundation
import StrictJSON
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    // Invariant: a connection that comes in the very moment of the stop is closed, and does not take the server with it.
    //
    //     16 clients, a connection a call       the server
    //     ------------------------------------  --------------------------------------------------
    //     connect, call, answer, close          accepts, serves
    //     connect                               SIGTERM: the listening socket closes
    //     connect, no answer                    accepted a moment ago, and nobody serves it any more: closed
    //                                            what was in flight is answered, exit code 0
    @Suite("Shutdown while connections come")
    struct ShutdownChurn {
        @Test("ends well, again and again, also with connections that wait for their turn", arguments: ["4096", "4"])
        func churn(connectionsMax: String) async throws {
            for round in 0..<Prove.count(5, long: 60) {
                let server = try await ServerProcess(
                    .tiyin, in: TemporaryFolder(), ["HTTP_CONNECTIONS_MAX": connectionsMax])
                let call = RawRequest.post(
                    #"{"method":"CheckTransaction","params":{"id":"none"},"id":1}"#, key: ServerProcess.paymeKey,
                    ["Connection: close"])
                let (enough, under) = AsyncStream.makeStream(of: Void.self)
                let answered = Mutex(0)
                async let clients: [Void] = Crowd.all(16) { _ in
                    while true {
                        let status = try? await RawConnection.with(port: server.port) { connection in
                            await connection.send(call)
                            return await connection.response()?.status
                        }
                        guard status == 200 else { return }
                        if answered.withLock({
                            $0 += 1
                            return $0
                        }) == 100 {
                            under.finish()
                        }
                    }
                }
                for await _ in enough {}
                let exit = await server.stop()
                #expect(exit == .success, "round \(round): \(server.child.errors.suffix(600))")
                _ = try await clients
            }
        }
    }
}
