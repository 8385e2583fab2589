import Payme
import Payments
import Specification
import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 1.2.
@Suite("The cashbox key")
struct AuthenticationTests {
    private static let call = #"{"method":"CheckTransaction","params":{"id":"nobody"},"id":1}"#

    private func isAdmitted(_ header: String?, _ shop: PaymeShop) async throws -> Bool {
        let answer = try await shop.send(Self.call.utf8, method: "CheckTransaction", authorization: header)
        #expect(["Unauthorized", "TransactionNotFound"].contains(answer.error))
        return answer.error != "Unauthorized"
    }

    @Test("lets in whoever sends it, however the header is written")
    func right() async throws {
        let credentials = Credentials.base64("Paycom:\(PaymeShop.key)")
        try await PaymeShop.with { shop async throws in
            for header in [
                "Basic \(credentials)", "basic \(credentials)", "BASIC \(credentials)", "bAsIc \(credentials)",
                "Basic  \(credentials)", "Basic      \(credentials)",
            ] {
                #expect(try await isAdmitted(header, shop), "\(header)")
            }
        }
    }

    @Test("keeps out whoever sends another")
    func wrong() async throws {
        let credentials = Credentials.base64("Paycom:\(PaymeShop.key)")
        let headers: [String?] = [
            nil, "", " ", "Basic", "Basic ", "Basic:", "Basic\(credentials)", "Basic\t\(credentials)",
            " Basic \(credentials)", "Bearer \(credentials)", "Digest \(credentials)", "Basi \(credentials)",
            "Basic \(credentials) ", "Basic \(credentials)=", "Basic \(credentials.dropLast())",
            "Basic \(credentials.dropFirst())", "Basic \(credentials)\(credentials)", "Basic =\(credentials)",
            "Basic Paycom:\(PaymeShop.key)", "Basic \(credentials.lowercased())", credentials,
            Credentials.header(""), Credentials.header("cashbox-ke"), Credentials.header("cashbox-key "),
            Credentials.header("cashbox-keyy"), Credentials.header("Cashbox-key"), Credentials.header("cashbox-kez"),
            Credentials.header(PaymeShop.key, login: ""), Credentials.header(PaymeShop.key, login: "paycom"),
            Credentials.header(PaymeShop.key, login: "Paycom:"),
            "Basic " + Credentials.base64("Paycom"), "Basic " + Credentials.base64(":"), "Basic ====", "Basic 🙂",
            "Basic " + String(repeating: "A", count: 100_000),
        ]
        try await PaymeShop.with { shop async throws in
            for header in headers {
                #expect(try await !isAdmitted(header, shop), "\(header?.prefix(80) ?? "none")")
            }
        }
    }

    @Test(
        "may hold any character",
        arguments: [
            "a:b:c:d:e", "::::::::", "key#with&every?sign@of%the$page^", "p%40ss w0rd+=/", "ключ-кассы", "\"quoted\"'",
            String(repeating: "k", count: 256),
        ])
    func signs(key: String) async throws {
        try await PaymeShop.with(configuration: .shop { $0.key = key }) { shop async throws in
            #expect(try await isAdmitted(Credentials.header(key), shop))
            #expect(try await !isAdmitted(Credentials.header(key + "x"), shop))
            #expect(try await !isAdmitted(Credentials.header(String(key.dropLast())), shop))
            #expect(try await !isAdmitted(Credentials.header(PaymeShop.key), shop))
        }
    }

    @Test("goes with the login that Payme was told to use")
    func login() async throws {
        try await PaymeShop.with(configuration: .shop { $0.login = "Shop7" }) { shop async throws in
            #expect(try await isAdmitted(Credentials.header(PaymeShop.key, login: "Shop7"), shop))
            #expect(try await !isAdmitted(Credentials.header(PaymeShop.key), shop))
        }
    }

    @Test("is asked for by every method, known or not", arguments: PaymeShop.document.methods.map(\.name) + ["Nobody"])
    func everyMethod(method: String) async throws {
        try await PaymeShop.with { shop in
            let answer = try await shop.send(
                #"{"method":"\#(method)","params":{},"id":4}"#.utf8, authorization: Credentials.header("wrong"))
            #expect(answer.short == "Unauthorized")
            #expect(answer.value["id"] == 4)
        }
    }

    @Test("is never empty")
    func emptyKey() async {
        await #expect(processExitsWith: .failure) {
            _ = PaymeConfiguration(key: "")
        }
    }

    /// Source: payme.md 1.3.
    @Test("is not all: there are fifteen addresses that Payme publishes")
    func addresses() {
        #expect(PaymeConfiguration.publishedAddresses.count == 15)
        #expect(PaymeConfiguration.publishedAddresses.first == "185.234.113.1")
        #expect(PaymeConfiguration.publishedAddresses.last == "185.234.113.15")
    }
}
