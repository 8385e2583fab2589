import Foundation
import SQLiteEngine
import TestSupport
import Testing

@Suite("The database's files")
struct FileRightsTests {
    @Test("are made for their owner alone, and a file that is there keeps its rights")
    func rights() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("shop.db")
        func rights(_ suffix: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
            return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
        }
        let engine = try SQLiteEngine(SQLiteConfiguration(path: path), logger: .silent)
        try await engine.execute("CREATE TABLE t (id BIGINT)")
        for suffix in ["", "-wal", "-shm", ".lock"] { #expect(try rights(suffix) == 0o600, "\(suffix)") }
        await engine.close()
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        let again = try SQLiteEngine(SQLiteConfiguration(path: path), logger: .silent)
        try await again.execute("INSERT INTO t (id) VALUES (1)")
        #expect(try rights("") == 0o640)
        await again.close()
    }
}
