import Foundation
import NIOCore
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("TLS")
    struct TLS {
        private static let openssl = ["/usr/bin/openssl", "/opt/homebrew/bin/openssl", "/usr/local/bin/openssl"]
            .first { FileManager.default.isExecutableFile(atPath: $0) }

        @Test(
            "with a certificate of one's own serves Payme and the merchant API",
            .enabled(if: openssl != nil, "openssl is not installed, so no certificate can be made"))
        func serves() async throws {
            let folder = TemporaryFolder()
            try await Self.makeCertificate("own", in: folder)
            let server = try await ServerProcess(.tiyin, in: folder, Self.settings("own", folder))
            let call = #"{"method":"CheckTransaction","params":{"id":"none"},"id":1}"#
            let request = RawRequest.post(call, key: ServerProcess.paymeKey, ["Connection: close"])
            let answer = try await Self.talk(
                request, to: server, ["-verify_return_error", "-CAfile", folder.file("own.pem")])
            let response = RawResponse.parse(Array(answer.utf8), hasBody: true)?.0
            #expect(response?.status == 200)
            #expect(response?.json?["error"]?["code"]?.integerValue == ProtocolError.transactionNotFound.code)
            let added = try await CommandLineTool.run(
                ["orders", "add", "A-1", "--amount", "10.00"], Self.toolSettings(server, "own"), in: folder)
            #expect(added.isSuccess, "\(added.errors)")
            #expect(added.output == "order A-1 registered\n")
            #expect(await server.stop() == .success)
        }

        @Test(
            "does not speak plain HTTP, nor versions before 1.2",
            .enabled(if: openssl != nil, "openssl is not installed, so no certificate can be made"))
        func refuses() async throws {
            let folder = TemporaryFolder()
            try await Self.makeCertificate("own", in: folder)
            let server = try await ServerProcess(.tiyin, in: folder, Self.settings("own", folder))
            let plain = try await RawConnection.with(port: server.port) { connection in
                await connection.send(RawRequest.head("GET", key: "none", target: "/health"))
                return await connection.rest()
            }
            #expect(!String(decoding: plain, as: UTF8.self).contains("HTTP/1.1 200"))
            let request = "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            for (version, isServed) in [("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)] {
                let answer = try await Self.talk(request, to: server, [version, "-cipher", "ALL:@SECLEVEL=0"])
                #expect(answer.contains("HTTP/1.1 200") == isServed, "\(version)")
            }
            #expect(await server.stop() == .success)
        }

        @Test(
            "a key of another certificate is refused at start",
            .enabled(if: openssl != nil, "openssl is not installed, so no certificate can be made"))
        func otherKey() async throws {
            let folder = TemporaryFolder()
            try await Self.makeCertificate("own", in: folder)
            try await Self.makeCertificate("other", in: folder)
            var settings = ServerProcess.environment(folder).merging(Self.settings("own", folder)) { $1 }
            settings["API_TLS_KEY_PATH"] = folder.file("other.key")
            try await CommandLineTool.run(["serve"], settings, in: folder)
                .expectRefusal(["api.tls_cert_path", "api.tls_key_path"])
            #expect(!FileManager.default.fileExists(atPath: folder.file("server.db")))
        }

        private static func settings(_ name: String, _ folder: TemporaryFolder) -> [String: String] {
            ["API_TLS_CERT_PATH": folder.file("\(name).pem"), "API_TLS_KEY_PATH": folder.file("\(name).key")]
        }

        /// What a tool needs to find a server that took a free port.
        private static func toolSettings(_ server: ServerProcess, _ name: String) -> [String: String] {
            ServerProcess.environment(server.folder).merging(settings(name, server.folder)) { $1 }
                .merging(["API_PORT": String(server.port)]) { $1 }
        }

        private static func makeCertificate(_ name: String, in folder: TemporaryFolder) async throws {
            let child = try ChildProcess(
                openssl ?? "",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=shop.example", "-addext", "subjectAltName=DNS:shop.example", "-keyout",
                    folder.file("\(name).key"), "-out", folder.file("\(name).pem"),
                ], folder: folder.path)
            #expect(await child.exit() == .success, "\(child.errors)")
        }

        /// What the server answers to the bytes.
        private static func talk(
            _ request: String, to server: ServerProcess, _ options: [String]
        ) async throws -> String {
            let arguments = ["s_client", "-connect", "127.0.0.1:\(server.port)", "-quiet", "-ign_eof"] + options
            let child = try ChildProcess(openssl ?? "", arguments, folder: server.folder.path, input: request)
            await child.exit()
            return child.output
        }
    }
}
