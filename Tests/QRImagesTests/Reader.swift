import Foundation
import TestSupport
import Testing

/// zbar: a reader of QR images that was not written here.
enum Reader {
    struct Missing: Error, CustomStringConvertible {
        var description: String { "These tests need zbarimg: run `make setup-tests`, or install zbar-tools or zbar." }
    }

    /// Everything that zbar finds in an image.
    static func read(_ image: [UInt8], named name: String) async throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString)-\(name)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(image).write(to: file)
        return try await read(path: file.path)
    }

    /// Everything that zbar finds in an image file.
    static func read(path: String) async throws -> String {
        let folders = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]
        guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: $0 + "/zbarimg") })
        else { throw Missing() }
        let zbar = try ChildProcess(
            folder + "/zbarimg", ["--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable", path],
            folder: FileManager.default.currentDirectoryPath)
        let exit = await zbar.exit()
        #expect(exit == .success, "zbarimg: \(zbar.errors)")
        // It ends what it prints with one line break.
        return zbar.output.hasSuffix("\n") ? String(zbar.output.dropLast()) : zbar.output
    }
}
