import Foundation
import SQLiteEngine
import TestSupport
import Testing

@Suite("What is no database is refused in one sentence, and nothing is left beside it")
struct NoDatabaseTests {
    private func complaint(_ path: String, isReadOnly: Bool) -> String {
        do {
            _ = try SQLiteEngine(SQLiteConfiguration(path: path, isReadOnly: isReadOnly), logger: .silent)
            return "none"
        } catch {
            return "\(error)".replacing(path, with: "PATH")
        }
    }

    @Test("a file, a folder, a pipe, a half header", arguments: [true, false])
    func refused(isReadOnly: Bool) throws {
        let folder = TemporaryFolder()
        try "root:x:0:0:root:/root:/bin/sh\n".write(toFile: folder.file("text"), atomically: true, encoding: .utf8)
        try "SQLite format".write(toFile: folder.file("half"), atomically: true, encoding: .utf8)
        try FileManager.default.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: false)
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let noDatabase =
            "PATH is no SQLite database: name another file in DATABASE_URL, or restore this one from its backup"
        let noFile = "PATH is no file: name a file in DATABASE_URL"
        for (name, sentence) in [
            ("text", noDatabase), ("half", noDatabase), ("folder", noFile), ("pipe", noFile),
        ] {
            #expect(complaint(folder.file(name), isReadOnly: isReadOnly) == sentence, "\(name)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
    }

    @Test("a file that only begins like one", arguments: [true, false])
    func header(isReadOnly: Bool) throws {
        let folder = TemporaryFolder()
        let bytes = Array("SQLite format 3\u{0}".utf8) + [UInt8](repeating: 0xFF, count: 4_096)
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("junk")))
        let said = complaint(folder.file("junk"), isReadOnly: isReadOnly)
        #expect(said.hasPrefix("PATH is no SQLite database: "), "\(said)")
    }

    @Test("an empty file becomes one")
    func empty() async throws {
        let folder = TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: folder.file("empty")))
        let engine = try SQLiteEngine(SQLiteConfiguration(path: folder.file("empty")), logger: .silent)
        try await engine.execute("CREATE TABLE t (id BIGINT)")
        await engine.close()
    }
}
