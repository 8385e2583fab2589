import Foundation
import NIOCore
import NIOPosix
import Server

/// Finds a port that nobody listens on.
///
/// Pay links hold the port, and links are made before the server listens: it cannot be left to the system.
enum FreePort {
    /// Below those that the system gives out by itself, so that nobody is given this one meanwhile.
    private static let candidates = 15_000...32_000

    /// - Throws: ``SettingsError`` if there is none.
    static func find() async throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: candidates)
            do {
                let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .bind(host: "127.0.0.1", port: port).get()
                try await channel.close()
                return port
            } catch is IOError {
                continue
            }
        }
        throw SettingsError("no free port was found")
    }
}
