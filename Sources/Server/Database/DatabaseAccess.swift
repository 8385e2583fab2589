import Foundation
public import Logging
public import Payments
import SQLiteEngine
public import Storage

/// The database for command-line tools.
public enum DatabaseAccess {
    /// Opens it for looking, beside a running server. The schema is not brought up to date.
    /// - Throws: ``SettingsError`` if there is none yet; what the engine throws.
    public static func readOnly(_ settings: ServerSettings, logger: Logger) async throws -> Store {
        guard FileManager.default.fileExists(atPath: settings.databasePath) else {
            throw SettingsError(
                "there is no database at \(settings.databasePath) yet: start `tiyin serve` or add an order first")
        }
        let configuration = SQLiteConfiguration(path: settings.databasePath, readers: 1, isReadOnly: true)
        return Store(try SQLiteEngine(configuration, logger: logger))
    }

    /// - Throws: ``SettingsError`` if there is no file of that name that could be a database.
    static func expectFile(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw SettingsError("there is no database at \(path)")
        }
        guard !isFolder.boolValue else { throw SettingsError("\(path) is a folder, not a database") }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw SettingsError("the database \(path) cannot be read: check its rights")
        }
    }

    /// Opens it for writing, which only one process at a time may do, and brings its schema up to date.
    /// - Throws: what the engine throws, see ``isInUse(_:)``; `MigrationFailure` for a database with migrations of a
    ///   shop's own or of a newer program.
    public static func writable(
        _ settings: ServerSettings, clock: TimeSource = .system, logger: Logger
    ) async throws -> Store {
        let configuration = SQLiteConfiguration(path: settings.databasePath, readers: 1)
        let engine = try SQLiteEngine(configuration, logger: logger)
        do {
            try await Migrator(CoreMigrations.all + GatewayTables.migrations).run(on: engine, clock: clock)
        } catch {
            await engine.close()
            throw error
        }
        return Store(engine)
    }

    /// Whether that error says that a server has the file.
    public static func isInUse(_ error: any Error) -> Bool {
        (error as? SQLiteOpenFailure)?.isInUse ?? false
    }
}
