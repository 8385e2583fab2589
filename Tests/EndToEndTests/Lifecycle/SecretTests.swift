import Foundation
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Secrets")
    struct Secrets {
        @Test(
            "stand in nothing that a server says, from start to stop, at the lowest log level",
            arguments: ["text", "json"])
        func logs(format: String) async throws {
            let keys = ["PAYME_KEY": "cashbox#Key&of?the@tests%36", "MERCHANT_API_KEY": "merchant-Key-of-the-tests-17"]
            let wrong = ["wrong-cashbox-key-98", "wrong-merchant-key-99"]
            let folder = TemporaryFolder()
            let levels = ["LOG_LEVEL": "trace", "LOG_FORMAT": format]
            let server = try await ServerProcess(.tiyin, in: folder, keys.merging(levels) { $1 })
            for key in [keys["PAYME_KEY"] ?? "", wrong[0]] {
                var payme = server.payme()
                payme.key = key
                _ = try await payme.create("1", "none", time: 1)
                _ = try await payme.send(Array("{\"key\":".utf8))
                _ = try await payme.call("ChangePassword", ["password": .string(key)])
            }
            for key in [keys["MERCHANT_API_KEY"] ?? "", wrong[1]] {
                var shop = server.shop()
                shop.key = key
                _ = try await shop.post("/orders", ["amount": ["value": "1.00", "currency": "UZS"]])
                _ = try await shop.get("/orders/none")
                _ = try await shop.get("/nowhere?key=1")
            }
            // A request that is broken off in its Authorization line, and one that is no HTTP.
            for text in [
                "POST / HTTP/1.1\r\nAuthorization: Bearer \(keys["MERCHANT_API_KEY"] ?? "")", "\(wrong)\r\n\r\n",
            ] {
                try await RawConnection.with(port: server.port) { connection in
                    await connection.send(text)
                    connection.finish()
                    _ = await connection.rest()
                }
            }
            #expect(await server.stop() == .success)
            let said = server.child.output + server.child.errors
            #expect(said.contains("serving"))
            #expect(said.contains("GetStatement") || said.contains("CreateTransaction"))
            for secret in Array(keys.values) + wrong { Self.expectAbsent(secret, from: said) }
        }

        @Test("stand neither in the list of settings nor in a refusal")
        func configuration() async throws {
            let folder = TemporaryFolder()
            let keys = ["PAYME_KEY": "cashbox#Key&of?the@tests%36", "MERCHANT_API_KEY": "merchant-Key-of-the-tests-17"]
            let good = try await CommandLineTool.run(["config", "check"], keys, in: folder)
            #expect(good.isSuccess)
            let bad = try await CommandLineTool.run(
                ["config", "check"], keys.merging(["API_PORT": "none"]) { $1 }, in: folder)
            #expect(bad.exit == .failure)
            let same = try await CommandLineTool.run(
                ["serve"], keys.mapValues { _ in "one-key-for-everything" }, in: folder)
            #expect(same.exit == .failure)
            let said = [good, bad, same].map { $0.output + $0.errors }.joined()
            for secret in Array(keys.values) + ["one-key-for-everything"] { Self.expectAbsent(secret, from: said) }
        }

        /// Neither as it is nor as it crosses the wire.
        private static func expectAbsent(
            _ secret: String, from text: String, sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let forms = [
                secret, Data("Paycom:\(secret)".utf8).base64EncodedString(), Data(secret.utf8).base64EncodedString(),
            ]
            for form in forms { #expect(!text.contains(form), "\(form)", sourceLocation: sourceLocation) }
        }
    }
}
