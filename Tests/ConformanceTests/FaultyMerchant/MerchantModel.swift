import StrictJSON

/// What the merchant sells.
struct MerchantOrder {
    let id: String
    let amount: Int64
    let isOneTime: Bool
}

/// What the merchant stores of a payment.
struct MerchantTransaction {
    let paymeID: String
    let number: Int
    let time: Int64
    var amount: Int64
    let account: JSONValue
    let orderID: String
    let createTime: Int64
    var performTime: Int64 = 0
    var cancelTime: Int64 = 0
    var state = 1
    var reason: Int64?
    var fiscal: [String: JSONValue] = [:]
}

/// The merchant's own table of codes; deliberately not read from the document that the harness reads.
enum MerchantError: Int64, Error {
    case notPost = -32300
    case parseError = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case unauthorised = -32504
    case failure = -32400
    case invalidParams = -32602
    case receiptNotFound = -32001
    case wrongAmount = -31001
    case transactionNotFound = -31003
    case cannotCancel = -31007
    case cannotPerform = -31008
    case orderNotFound = -31050
    case orderPaid = -31051
    case orderBusy = -31099

    var isAboutAccount: Bool { (-31099 ... -31050).contains(rawValue) }
}

/// An HTTP answer of the merchant.
struct MerchantResponse {
    var status = 200
    var contentType = "application/json; charset=utf-8"
    var body: [UInt8]

    init(_ value: JSONValue) { body = value.serialized() }

    init(status: Int, text: String) {
        self.status = status
        contentType = "text/plain"
        body = Array(text.utf8)
    }
}
