import StrictJSON

/// What is answered.
struct ClickReply {
    private(set) var code: ClickCode
    private var clickID: String?
    private var order: String?
    var prepareID: Int64?
    var confirmID: Int64?

    init(_ code: ClickCode) { self.code = code }

    mutating func echo(_ call: ClickCall) {
        clickID = call.clickID
        order = call.order
    }

    func with(_ code: ClickCode) -> ClickReply {
        var reply = self
        reply.code = code
        reply.prepareID = nil
        reply.confirmID = nil
        return reply
    }

    func object(_ faults: Set<ClickFault>) -> JSONObject {
        var object = JSONObject()
        if !faults.contains(.leavesOutEchoes) {
            if let id = clickID.flatMap({ Int64($0) }) {
                // Other fields of the answer are right, so only large ids show it.
                let isFloat = faults.contains(.readsIDsAsFloats) && id > 1 << 53
                object["click_trans_id"] = .integer(isFloat ? id - 1 : id)
            }
            if let order { object["merchant_trans_id"] = .string(order) }
        }
        if let prepareID {
            object["merchant_prepare_id"] =
                faults.contains(.idsAreNoNumbers) ? .string("\(prepareID)-c0ffee") : .integer(prepareID)
        }
        if let confirmID {
            object["merchant_confirm_id"] = faults.contains(.confirmsWithText) ? "confirmed" : .integer(confirmID)
        }
        object["error"] = faults.contains(.textCodes) ? .string(String(code.rawValue)) : .integer(code.rawValue)
        if !faults.contains(.leavesOutNotes) { object["error_note"] = .string("\(code)") }
        return object
    }
}
