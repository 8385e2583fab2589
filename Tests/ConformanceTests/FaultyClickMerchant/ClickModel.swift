/// An attempt to pay.
struct ClickPayment {
    enum State { case prepared, performed, cancelled, undone }

    let number: Int64
    let clickID: String
    let order: String
    let amount: Int64
    let amountText: String
    var state = State.prepared
}

/// The merchant's own table of codes; deliberately not read from the document that the harness reads.
enum ClickCode: Int64, Error {
    case success = 0
    case signature = -1
    case amount = -2
    case action = -3
    case paid = -4
    case order = -5
    case payment = -6
    case failure = -7
    case request = -8
    case cancelled = -9
}

/// What is done about a cancel of a paid payment.
enum ClickPolicy: CaseIterable, Sendable {
    case suiteCompatible, deny, accept

    func undoes(_ error: Int64) -> Bool {
        switch self {
        case .suiteCompatible: error == -5017
        case .deny: false
        case .accept: true
        }
    }
}

/// Something that crashes: HTTP 500 and a page.
struct ClickCrash: Error {}
