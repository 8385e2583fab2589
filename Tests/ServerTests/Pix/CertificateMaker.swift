import Foundation
import TestSupport
import Testing

/// Makes certificates as a bank has them, with the system's openssl.
struct CertificateMaker {
    let folder = TemporaryFolder()

    static let openssl = ["/usr/bin/openssl", "/opt/homebrew/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }
    static let isThere = openssl != nil

    func pem(_ name: String) -> String { folder.file("\(name).pem") }
    func key(_ name: String) -> String { folder.file("\(name).key") }

    @discardableResult
    func run(_ arguments: [String]) async throws -> String {
        let child = try ChildProcess(Self.openssl ?? "", arguments, folder: folder.path)
        let exit = await child.exit()
        try #require(exit == .success, "\(child.errors)")
        return child.output
    }

    private static let ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    /// One that vouches for itself, and for others.
    func authority(_ name: String) async throws {
        try await run(
            ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-keyout", key(name), "-out", pem(name)] + Self.ec)
    }

    /// One that an authority vouches for, of a host of 127.0.0.1.
    func leaf(_ name: String, of authority: String, subject: String, usage: String = "clientAuth,serverAuth")
        async throws
    {
        try await run(
            ["req", "-subj", subject, "-utf8", "-keyout", key(name), "-out", folder.file("\(name).csr")] + Self.ec)
        let extensions = folder.file("\(name).ext")
        try "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=\(usage)\n".write(
            toFile: extensions, atomically: true, encoding: .utf8)
        try await run([
            "x509", "-req", "-days", "2", "-in", folder.file("\(name).csr"), "-CA", pem(authority), "-CAkey",
            key(authority), "-set_serial", "\(Int.random(in: 1...1_000_000))", "-extfile", extensions, "-out",
            pem(name),
        ])
    }
}
