import StrictJSON
import Synchronization

/// The bank's own API as far as a merchant needs it to confirm a notice: tokens, charges, payments.
///
/// Charges are those of the run; whatever was not paid reads `ATIVA`. No secret is checked: it is for tests.
final class PixBank: PlayedAPI {
    let title = "The bank"
    let option = "--bank"

    /// What stands before a word of the harness; no bank has such a path.
    static let words = "/harness/"

    private struct Books {
        var payments: [String: JSONObject] = [:]
        var asked: Set<String> = []
        var isDown = false
    }

    private let books = Mutex(Books())
    private let txids: Set<String>
    private let amount: Int64
    private let key: String
    private let now: @Sendable () -> Int64
    /// How long a question may take to come.
    private let patience: Duration

    init(_ configuration: ConformanceConfiguration) {
        txids = Set(configuration.orders)
        amount = configuration.amount
        key = configuration.key
        now = configuration.clock.now
        patience = .milliseconds(configuration.bankMillisecondsMax)
    }

    func mend() { books.withLock { $0.isDown = false } }

    func answer(_ call: PlayedCall) async -> PlayedAnswer {
        let answer = await answer(call.method, call.target, call.body)
        return PlayedAnswer(
            status: answer.status,
            contentType: answer.status < 400 ? "application/json" : "application/problem+json",
            body: answer.body.serialized())
    }

    /// - Parameter target: path and query.
    private func answer(_ method: String, _ target: String, _ body: [UInt8]) async -> (status: Int, body: JSONValue) {
        let path = target.prefix { $0 != "?" }
        if path.hasPrefix(Self.words), let word = PixBankWord(rawValue: String(path.dropFirst(Self.words.count))) {
            return (await hear(word, (try? JSONValue(parsing: body))?.objectValue ?? [:]), [:])
        }
        let parts = path.split(separator: "/").map(String.init)
        return books.withLock { books in
            if books.isDown { return Self.problem(503, "ServicoIndisponivel") }
            switch (method, parts.count) {
            case ("POST", 3) where parts == ["oauth", "v2", "token"]:
                return (200, ["access_token": "harness", "token_type": "Bearer", "expires_in": 3_600, "scope": ""])
            case ("GET", 4) where parts.starts(with: ["pix", "v2", "cob"]):
                books.asked.insert(parts[3])
                guard txids.contains(parts[3]) else { return Self.problem(404, "CobNaoEncontrado") }
                return (200, charge(parts[3], books))
            case ("GET", 4) where parts.starts(with: ["pix", "v2", "pix"]):
                books.asked.insert(parts[3])
                guard let payment = books.payments[parts[3]] else { return Self.problem(404, "PixNaoEncontrado") }
                return (200, .object(payment))
            default: return Self.problem(404, "NaoEncontrado")
            }
        }
    }

    private func charge(_ txid: String, _ books: Books) -> JSONValue {
        let payments = books.payments.values.filter { $0["txid"]?.stringValue == txid }
        let rest = amount % 100
        var charge: JSONObject = [
            "calendario": ["criacao": .string(PixPlaceValues.moment(now() - 60_000)), "expiracao": 86_400],
            "txid": .string(txid), "revisao": 0, "status": payments.isEmpty ? "ATIVA" : "CONCLUIDA",
            "valor": ["original": .string("\(amount / 100).\(rest < 10 ? "0" : "")\(rest)")], "chave": .string(key),
        ]
        if !payments.isEmpty { charge["pix"] = .array(payments.map { .object($0) }) }
        return .object(charge)
    }

    private func hear(_ word: PixBankWord, _ item: JSONObject) async -> Int {
        let names = [item["endToEndId"]?.stringValue, item["txid"]?.stringValue].compactMap(\.self)
        switch word {
        case .knows: books.withLock { $0.payments[names.first ?? ""] = item }
        case .forget: books.withLock { $0.asked = [] }
        case .down: books.withLock { $0.isDown = true }
        case .up: books.withLock { $0.isDown = false }
        case .asked:
            // An endpoint may answer first, and ask then.
            let end = ContinuousClock.now + patience
            while !books.withLock({ books in names.contains(where: books.asked.contains) }) {
                guard ContinuousClock.now < end, !Task.isCancelled else { return 408 }
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        return 200
    }

    private static func problem(_ status: Int, _ name: String) -> (Int, JSONValue) {
        (
            status,
            [
                "type": .string("https://pix.bcb.gov.br/api/v2/error/\(name)"), "title": .string(name),
                "status": .integer(Int64(status)),
            ]
        )
    }
}
