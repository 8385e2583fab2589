/// A call of API v3.
///
/// Source: yookassa.md 2.
public enum YooKassaOperation: String, Sendable, CaseIterable {
    case createPayment, listPayments, readPayment, capturePayment, cancelPayment
    case createRefund, listRefunds, readRefund
    case createReceipt, listReceipts, readReceipt
    case createMethod, readMethod
    case me
    /// With an OAuth token alone, and so never here.
    case webhooks

    /// The method, and the path behind `/v3`; `*` stands for an id.
    private var pattern: (method: String, path: [String]) {
        switch self {
        case .createPayment: ("POST", ["payments"])
        case .listPayments: ("GET", ["payments"])
        case .readPayment: ("GET", ["payments", "*"])
        case .capturePayment: ("POST", ["payments", "*", "capture"])
        case .cancelPayment: ("POST", ["payments", "*", "cancel"])
        case .createRefund: ("POST", ["refunds"])
        case .listRefunds: ("GET", ["refunds"])
        case .readRefund: ("GET", ["refunds", "*"])
        case .createReceipt: ("POST", ["receipts"])
        case .listReceipts: ("GET", ["receipts"])
        case .readReceipt: ("GET", ["receipts", "*"])
        case .createMethod: ("POST", ["payment_methods"])
        case .readMethod: ("GET", ["payment_methods", "*"])
        case .me: ("GET", ["me"])
        case .webhooks: ("GET", ["webhooks"])
        }
    }

    var isPost: Bool { pattern.method == "POST" }

    /// - Returns: the operation and the id of the path, or whether the path is known for another method.
    static func find(_ method: String, _ path: [String]) -> (operation: YooKassaOperation?, id: String, isPath: Bool) {
        if path.first == "webhooks" { return (.webhooks, "", true) }
        var isPath = false
        for operation in allCases where operation.pattern.path.count == path.count {
            let pattern = operation.pattern
            guard zip(pattern.path, path).allSatisfy({ $0 == "*" ? !$1.isEmpty : $0 == $1 }) else { continue }
            isPath = true
            if pattern.method == method { return (operation, path.count > 1 ? path[1] : "", true) }
        }
        return (nil, "", isPath)
    }
}
