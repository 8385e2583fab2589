/// The calls that the simulated bank answers.
///
/// Source: pix.md 3.2 (the central bank's), 4.1 to 4.5 (Inter's).
public enum PixBankOperation: String, Sendable, CaseIterable {
    case token
    case putCharge, createCharge, patchCharge, readCharge, listCharges, payCharge
    case readReceipt, listReceipts
    case requestRefund, readRefund
    // Before those that take a key in the same place.
    case listNotices, retryNotices
    case putWebhook, readWebhook, deleteWebhook
    case sendPayout, readPayout, listStatement

    /// Method and path; `{}` stands for a part that the caller chooses.
    var line: (method: String, path: String) {
        switch self {
        case .token: ("POST", "oauth/v2/token")
        case .putCharge: ("PUT", "pix/v2/cob/{}")
        case .createCharge: ("POST", "pix/v2/cob")
        case .patchCharge: ("PATCH", "pix/v2/cob/{}")
        case .readCharge: ("GET", "pix/v2/cob/{}")
        case .listCharges: ("GET", "pix/v2/cob")
        case .payCharge: ("POST", "pix/v2/cob/pagar/{}")
        case .readReceipt: ("GET", "pix/v2/pix/{}")
        case .listReceipts: ("GET", "pix/v2/pix")
        case .requestRefund: ("PUT", "pix/v2/pix/{}/devolucao/{}")
        case .readRefund: ("GET", "pix/v2/pix/{}/devolucao/{}")
        case .listNotices: ("GET", "pix/v2/webhook/callbacks")
        case .retryNotices: ("POST", "pix/v2/webhook/callbacks/retry")
        case .putWebhook: ("PUT", "pix/v2/webhook/{}")
        case .readWebhook: ("GET", "pix/v2/webhook/{}")
        case .deleteWebhook: ("DELETE", "pix/v2/webhook/{}")
        case .sendPayout: ("POST", "banking/v2/pix")
        case .readPayout: ("GET", "banking/v2/pix/{}")
        case .listStatement: ("GET", "banking/v2/extrato/completo")
        }
    }

    /// What the token must allow; nil: no token is asked for.
    var scope: String? {
        switch self {
        case .token: nil
        case .putCharge, .createCharge, .patchCharge: "cob.write"
        case .readCharge, .listCharges: "cob.read"
        case .payCharge, .requestRefund: "pix.write"
        case .readReceipt, .listReceipts, .readRefund: "pix.read"
        case .putWebhook, .deleteWebhook, .retryNotices: "webhook.write"
        case .readWebhook, .listNotices: "webhook.read"
        case .sendPayout: "pagamento-pix.write"
        case .readPayout: "pagamento-pix.read"
        case .listStatement: "extrato.read"
        }
    }

    /// All scopes that a call needs.
    static var scopes: Set<String> { Set(allCases.compactMap(\.scope)) }

    /// Inter's own calls have another form of error.
    var isBanking: Bool { [.sendPayout, .readPayout, .listStatement, .token].contains(self) }

    /// - Parameter path: its parts, decoded.
    /// - Returns: the call and the parts that the caller chose; nil: there is none.
    static func find(_ method: String, _ path: [String]) -> (operation: PixBankOperation, values: [String])? {
        for operation in allCases where operation.line.method == method {
            let pattern = operation.line.path.split(separator: "/")
            guard pattern.count == path.count else { continue }
            var values: [String] = []
            let fits = zip(pattern, path).allSatisfy { wanted, part in
                if wanted == "{}" { values.append(part) }
                return wanted == "{}" || wanted == part
            }
            if fits { return (operation, values) }
        }
        return nil
    }
}
