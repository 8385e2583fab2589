public import Payments
public import Storage
import Synchronization

/// An engine that remembers every SQL text that passes through it.
public final class RecordingEngine: SQLEngine {
    private let engine: any SQLEngine
    private let recorded = Mutex<Set<String>>([])

    public init(_ engine: any SQLEngine) {
        self.engine = engine
    }

    public var dialect: SQLDialect { engine.dialect }
    /// Each text once.
    public var texts: Set<String> { recorded.withLock { $0 } }

    public func write<T: Sendable>(_ work: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T {
        try await engine.write { [self] in try work(RecordingSession($0, self)) }
    }

    public func read<T: Sendable>(
        _ extent: ReadExtent, _ work: @escaping @Sendable (any SQLSession) throws -> T
    ) async throws -> T {
        try await engine.read(extent) { [self] in try work(RecordingSession($0, self)) }
    }

    public func close() async { await engine.close() }

    fileprivate func record(_ sql: String) { recorded.withLock { _ = $0.insert(sql) } }
}

private final class RecordingSession: SQLSession {
    private let session: any SQLSession
    private let engine: RecordingEngine

    init(_ session: any SQLSession, _ engine: RecordingEngine) {
        self.session = session
        self.engine = engine
    }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        engine.record(sql)
        return try session.execute(sql, arguments)
    }

    func query(_ sql: String, _ arguments: [SQLValue], each: (any SQLRow) throws -> Void) throws {
        engine.record(sql)
        try session.query(sql, arguments, each: each)
    }
}
