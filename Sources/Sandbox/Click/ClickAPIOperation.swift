/// The calls of Click's Merchant API.
///
/// Source: click.md 2.
enum ClickAPIOperation: String, Sendable, CaseIterable {
    case invoiceCreate = "invoice_create"
    case invoiceStatus = "invoice_status"
    case paymentStatus = "payment_status"
    case paymentByOrder = "payment_by_order"
    case reversal
    case cardRequest = "card_request"
    case cardVerify = "card_verify"
    case cardPay = "card_pay"
    case cardDelete = "card_delete"
    case passPay = "pass_pay"
    case passConfirm = "pass_confirm"
    case passModeOn = "pass_mode_on"
    case passModeOff = "pass_mode_off"
    case fiscalItems = "fiscal_items"
    case fiscalReceipt = "fiscal_receipt"
    case fiscalRead = "fiscal_read"

    /// Method and path; a question mark stands for a value.
    var pattern: (method: String, path: String) {
        switch self {
        case .invoiceCreate: ("POST", "invoice/create")
        case .invoiceStatus: ("GET", "invoice/status/?/?")
        case .paymentStatus: ("GET", "payment/status/?/?")
        case .paymentByOrder: ("GET", "payment/status_by_mti/?/?/?")
        case .reversal: ("DELETE", "payment/reversal/?/?")
        case .cardRequest: ("POST", "card_token/request")
        case .cardVerify: ("POST", "card_token/verify")
        case .cardPay: ("POST", "card_token/payment")
        case .cardDelete: ("DELETE", "card_token/?/?")
        case .passPay: ("POST", "click_pass/payment")
        case .passConfirm: ("POST", "click_pass/confirm")
        case .passModeOn: ("PUT", "click_pass/confirmation/?")
        case .passModeOff: ("DELETE", "click_pass/confirmation/?")
        case .fiscalItems: ("POST", "payment/ofd_data/submit_items")
        case .fiscalReceipt: ("POST", "payment/ofd_data/submit_qrcode")
        case .fiscalRead: ("GET", "payment/ofd_data/?/?")
        }
    }

    /// The title of its entry in the timeline: without values.
    var title: String {
        let (method, path) = pattern
        return method + " " + path.split(separator: "/").filter { $0 != "?" }.joined(separator: "/")
    }

    /// The text that explains a good answer.
    var key: String { "click_api_\(rawValue)" }

    /// The operation that is asked for, and the values in its path.
    static func find(_ method: String, _ path: [String]) -> (operation: ClickAPIOperation, values: [String])? {
        for operation in allCases where operation.pattern.method == method {
            let parts = operation.pattern.path.split(separator: "/")
            guard parts.count == path.count else { continue }
            var values: [String] = []
            let fits = zip(parts, path).allSatisfy { part, text in
                guard part == "?" else { return part == text }
                values.append(text)
                return true
            }
            if fits { return (operation, values) }
        }
        return nil
    }
}
