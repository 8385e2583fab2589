import ServiceLifecycle
import Storage

/// A job that runs until the server stops; what it has in hand is finished first.
struct LoopService: Service {
    let loop: @Sendable () async -> Void

    init(_ loop: @escaping @Sendable () async -> Void) {
        self.loop = loop
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { await loop() }
    }
}

/// Keeps the database open until everything else has stopped.
struct DatabaseService: Service {
    let engine: any SQLEngine

    func run() async throws {
        try? await gracefulShutdown()
        await engine.close()
    }
}
