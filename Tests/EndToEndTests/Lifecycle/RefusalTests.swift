import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Settings that cannot be used")
    struct Refusals {
        private static let secret = "secret-that-nobody-may-see"
        private static let good = ["PAYME_KEY": secret, "MERCHANT_API_KEY": "merchant-\(secret)", "API_PORT": "0"]

        /// Settings on top of good ones, and what the refusal says.
        private static let environments: [([String: String], [String])] = [
            (["API_PORT": "80o8"], ["api.port (API_PORT)", "0 to 65535", "'80o8'"]),
            (["API_PORT": ""], ["api.port (API_PORT)", "empty"]), (["API_PORT": "65536"], ["api.port", "'65536'"]),
            (["API_PORT": "-1"], ["api.port"]), (["API_PORT": "+80"], ["api.port"]),
            (["API_PORT": " 80"], ["api.port"]),
            (["API_PORT": "8080.0"], ["api.port"]), (["PAYME_KEI": "x"], ["PAYME_KEI", "no setting"]),
            (["MERCHANT_KEY": "x"], ["MERCHANT_KEY", "no setting"]), (["PAYME_KEY": ""], ["payme.key", "empty"]),
            (["PAYME_KEY": "short"], ["payme.key", "8 characters"]),
            (["PAYME_KEY": "with a space"], ["payme.key", "spaces"]),
            (["PAYME_KEY": "ключ-кассы-по-русски"], ["payme.key", "ASCII"]),
            (["MERCHANT_API_KEY": "fifteen-letters"], ["merchant.api_key", "16 characters"]),
            (["MERCHANT_API_KEY": secret], ["merchant.api_key", "payme.key", "the same"]),
            (["API_HOST": "0.0.0.0"], ["api.host (API_HOST)", "0.0.0.0", "TLS", "API_PLAIN_HTTP"]),
            (["API_HOST": "::"], ["api.host"]), (["API_HOST": "192.168.1.1"], ["api.host"]),
            (["API_TLS_CERT_PATH": "cert.pem"], ["api.tls_key_path", "missing"]),
            (["API_TLS_KEY_PATH": "key.pem"], ["api.tls_cert_path", "missing"]),
            (
                ["API_TLS_KEY_PATH": "key.pem", "API_TLS_CERT_PATH": "cert.pem"],
                ["api.tls_cert_path", "cert.pem", "cannot be read"]
            ),
            (["DATABASE_URL": "postgres://localhost/shop"], ["database.url", "PostgreSQL"]),
            (["DATABASE_URL": "tiyin.db"], ["database.url", "sqlite:"]),
            (["DATABASE_URL": "sqlite:"], ["database.url"]),
            (["DATABASE_URL": "sqlite::memory:"], ["database.url"]),
            (["DATABASE_URL": "sqlite:no/such/folder/tiyin.db"], ["no/such/folder", "folder"]),
            (["LOG_LEVEL": "loud"], ["log.level", "'loud'", "info"]), (["LOG_FORMAT": "xml"], ["log.format", "json"]),
            (["PAYME_BUSY_ORDER_ERROR": "-31008"], ["payme.busy_order_error", "unable"]),
            (["PAYME_REFUNDS": "never"], ["payme.refunds", "refuse"]),
            (["PAYME_MODE": "test"], ["payme.mode", "sandbox"]),
            (["PAYME_LOGIN": "Pay:com"], ["payme.login", "colon"]),
            (["PAYME_ACCOUNT_FIELD": "order id"], ["payme.account_field"]),
            (["PAYME_CHECKOUT_URL": "checkout.paycom.uz"], ["payme.checkout_url"]),
            (["HTTP_REQUEST_SECONDS": "0"], ["http.request_seconds", "1 to 300"]),
            (["HTTP_BODY_BYTES_MAX": "1e6"], ["http.body_bytes_max"]),
            (["HTTP_CONNECTIONS_MAX": "0"], ["http.connections_max"]),
            (["HTTP_TRUSTED_PROXIES": "localhost"], ["http.trusted_proxies", "'localhost'"]),
            (["HTTP_TRUSTED_PROXIES": "10.0.0.0/33"], ["http.trusted_proxies"]),
            (["PAYME_ALLOWED_ADDRESSES": "paycom.uz"], ["payme.allowed_addresses"]),
            (["JOBS_EXPIRY_SECONDS": "often"], ["jobs.expiry_seconds"]),
        ]

        @Test("in the environment stop the start with one line that says which and why")
        func environment() async throws {
            let folder = TemporaryFolder()
            for (environment, words) in Self.environments {
                let tool = try await CommandLineTool.run(
                    ["serve"], Self.good.merging(environment) { $1 }, in: folder)
                tool.expectRefusal(words)
                #expect(!tool.errors.contains(Self.secret), "\(environment)")
            }
            #expect(!FileManager.default.fileExists(atPath: folder.file("tiyin.db")))
        }

        /// A file, its content, and what the refusal says.
        private static let files: [(String, String, [String])] = [
            ("tiyin.yaml", "payme:\n  key: \(secret)\n  kei: x\n", ["tiyin.yaml:3", "payme.kei", "no setting"]),
            ("tiyin.yaml", "api:\n  port: 80o8\n", ["api.port", "'80o8'"]),
            ("tiyin.yaml", "api:\n  port: [1, 2]\n", ["api.port", "'1,2'"]),
            ("tiyin.yaml", "api:\n  port:\n    number: 1\n", ["tiyin.yaml:", "api.port"]),
            ("tiyin.yaml", "port: 80\n", ["tiyin.yaml:1", "port"]), ("tiyin.yaml", "- api\n", ["tiyin.yaml:1"]),
            ("tiyin.yaml", "api:\n  port: 1\n  port: 2\n", ["tiyin.yaml:2", "port", "twice"]),
            ("tiyin.yaml", "api: {port: 1\n", ["tiyin.yaml"]), ("tiyin.yaml", "\tapi:\n", ["tiyin.yaml"]),
            (".env", "PAYME_KEI=x\n", [".env:1", "PAYME_KEI"]),
            (".env", "# a note\n\nPAYME_KEY\n", [".env:3", "NAME=value"]),
            (".env", "API_PORT=80o8\n", ["api.port", "'80o8'"]),
        ]

        @Test("in a file stop the start with one line that names the file and the line")
        func files() async throws {
            for (name, content, words) in Self.files {
                let folder = TemporaryFolder()
                try content.write(toFile: folder.file(name), atomically: true, encoding: .utf8)
                var environment = Self.good
                environment["API_PORT"] = nil
                let tool = try await CommandLineTool.run(["serve"], environment, in: folder)
                tool.expectRefusal(words)
                #expect(!tool.errors.contains(Self.secret), "\(content)")
            }
        }

        @Test("that a server cannot begin with stop the start with one line")
        func surroundings() async throws {
            let folder = TemporaryFolder()
            try await CommandLineTool.run(["serve"], in: folder).expectRefusal([
                "nothing to serve", "PAYME_KEY", "sandbox",
            ])
            try await CommandLineTool.run(["serve", "--config", "my.yaml"], Self.good, in: folder)
                .expectRefusal(["my.yaml", "does not exist"])
            for (name, content) in [("cert.pem", "no certificate\n"), ("key.pem", "no key\n")] {
                try content.write(toFile: folder.file(name), atomically: true, encoding: .utf8)
            }
            let tls = ["API_TLS_CERT_PATH": "cert.pem", "API_TLS_KEY_PATH": "key.pem"]
            try await CommandLineTool.run(["serve"], Self.good.merging(tls) { $1 }, in: folder)
                .expectRefusal(["api.tls_cert_path", "PEM"])
            #expect(!FileManager.default.fileExists(atPath: folder.file("tiyin.db")))
            try String(repeating: "no database ", count: 1_000)
                .write(toFile: folder.file("text.db"), atomically: true, encoding: .utf8)
            try await CommandLineTool.run(
                ["serve"], Self.good.merging(["DATABASE_URL": "sqlite:text.db"]) { $1 }, in: folder
            ).expectRefusal(["text.db", "is no SQLite database", "DATABASE_URL"])
            try await CommandLineTool.run(
                ["serve"], Self.good.merging(["DATABASE_URL": "sqlite:\(folder.path)"]) { $1 }, in: folder
            ).expectRefusal([folder.path, "is no file", "DATABASE_URL"])
            #expect(!FileManager.default.fileExists(atPath: folder.file("text.db.lock")))
            #expect(!FileManager.default.fileExists(atPath: folder.path + ".lock"))
        }

        @Test("a host that nobody knows is refused by its name")
        func unknownHost() async throws {
            let folder = TemporaryFolder()
            let environment = Self.good.merging(["API_HOST": "nosuch.invalid", "API_PLAIN_HTTP": "anywhere"]) { $1 }
            let tool = try await CommandLineTool.run(["serve"], environment, in: folder)
            #expect(tool.exit.code == 1 && !tool.exit.isSignalled)
            let last = try #require(tool.errors.split(separator: "\n").last)
            #expect(last.hasPrefix("tiyin: nosuch.invalid ") && last.contains("api.host (API_HOST)"), "\(last)")
            #expect(!last.contains("SocketAddressError"), "\(last)")
        }

        @Test("a port that somebody has is refused by its number")
        func portInUse() async throws {
            try await RunningServer.with { running in
                let folder = TemporaryFolder()
                let environment = Self.good.merging(["API_PORT": String(running.port)]) { $1 }
                let tool = try await CommandLineTool.run(["serve"], environment, in: folder)
                #expect(tool.exit.code == 1 && !tool.exit.isSignalled)
                let last = try #require(tool.errors.split(separator: "\n").last)
                #expect(
                    last.hasPrefix("tiyin: ") && last.contains("\(running.port)") && last.contains("API_PORT"),
                    "\(last)")
            }
        }
    }
}
