/// How far a receipt is at Payme.
///
/// Source: payme.md 2.5.
enum ReceiptState: Int, Sendable, CaseIterable {
    case created = 0
    /// The transaction is being created at the shop, or was created and waits for the payer.
    case waiting = 1
    case debiting = 2
    case closing = 3
    case paid = 4
    /// The shop gave no usable answer: somebody at Payme must look.
    case paused = 20
    case cancelling = 21
    case cancelled = 50

    /// The text that names it.
    var key: String {
        switch self {
        case .created: "receipt_created"
        case .waiting: "receipt_waiting"
        case .debiting: "receipt_debiting"
        case .closing: "receipt_closing"
        case .paid: "receipt_paid"
        case .paused: "receipt_paused"
        case .cancelling: "receipt_cancelling"
        case .cancelled: "receipt_cancelled"
        }
    }
}
