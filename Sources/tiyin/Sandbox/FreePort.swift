import Foundation
import NIOCore
import NIOPosix
import Server

/// Finds a port that nobody listens on.
///
/// Pay links hold the port, and links are made before the server listens: it cannot be left to the system.
enum FreePort {
    /// - Throws: ``SettingsError`` if there is none.
    static func find() async throws -> Int {
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: "127.0.0.1", port: 0).get()
            let port = channel.localAddress?.port
            try await channel.close()
            guard let port else { throw SettingsError("no free port was found") }
            return port
        } catch let error as IOError {
            throw SettingsError("no free port was found: \(error)")
        }
    }
}
