import Specification
import StrictJSON

/// What a call is answered, by the names of `click.openapi.yaml`.
enum ClickWord: String, Sendable, CaseIterable {
    case success = "Success"
    case signCheckFailed = "SignCheckFailed"
    case incorrectAmount = "IncorrectAmount"
    case actionNotFound = "ActionNotFound"
    case alreadyPaid = "AlreadyPaid"
    case orderNotFound = "OrderNotFound"
    case orderUnavailable = "OrderUnavailable"
    case transactionNotFound = "TransactionNotFound"
    case updateFailed = "UpdateFailed"
    case badRequest = "BadRequest"
    case cancelled = "Cancelled"
}

/// An answer before it is written.
struct ClickReply: Sendable {
    var word: ClickWord
    /// The number of our transaction, when one was prepared or completed.
    var transactionID: Int64?
    /// The shop's own words instead of the document's.
    var note: String?
    /// What somebody should look at.
    var anomaly: ClickAnomaly?
    /// For the log: what went wrong here.
    var trouble: (any Error)?

    init(
        _ word: ClickWord, transactionID: Int64? = nil, note: String? = nil, anomaly: ClickAnomaly? = nil,
        trouble: (any Error)? = nil
    ) {
        self.word = word
        self.transactionID = transactionID
        self.note = note
        self.anomaly = anomaly
        self.trouble = trouble
    }
}

extension ClickReply {
    /// The answer to a call that tells of a debit: unless it is welcome, or will be told of again, somebody should look,
    /// for a payer's money hangs at Click now.
    var flaggingDebit: ClickReply {
        guard word != .success, word != .alreadyPaid, word != .updateFailed, anomaly == nil else { return self }
        var flagged = self
        flagged.anomaly = .debitNotTaken
        return flagged
    }
}

/// Something that is answered as the protocol says, and yet should be looked at.
public enum ClickAnomaly: String, Sendable, Hashable, CaseIterable {
    /// Click called off a payment that was performed, and it stays.
    case cancelAfterPerformRefused = "cancel_after_perform_refused"
    /// Click called off a payment that was performed, and it was cancelled.
    case cancelAfterPerformAccepted = "cancel_after_perform_accepted"
    /// A one-time order was paid a second time; that payment is being reversed.
    case duplicateReversed = "duplicate_reversed"
    /// A one-time order was paid a second time; without Click's Merchant API it can only be cancelled here. Ask Click's
    /// support for the payer's money.
    case duplicateCancelled = "duplicate_cancelled"
    /// Complete names another attempt than its Prepare.
    case attemptMismatch = "attempt_mismatch"
    /// Complete names another payment than its Prepare; its number decides which payment is given back.
    case paymentMismatch = "payment_mismatch"
    /// A payer's money was taken, and the answer was not that it is welcome.
    case debitNotTaken = "debit_not_taken"
    /// Click does not give a payment back.
    case refundRefused = "refund_refused"
    /// A payment has been on its way back for three days, and still is.
    case refundStuck = "refund_stuck"
}

/// Writes answers. The codes and notes are the document's.
struct ClickAnswerWriter: Sendable {
    private let answers: [ClickWord: ClickSpecification.Answer]
    private let complete: Int64

    /// - Throws: ``ClickSetupError`` if the document and the program do not have the same answers.
    init(_ click: ClickSpecification) throws {
        var answers: [ClickWord: ClickSpecification.Answer] = [:]
        for answer in click.answers {
            guard let word = ClickWord(rawValue: answer.name) else {
                throw ClickSetupError("click.openapi.yaml has the error \(answer.name), which nothing here answers")
            }
            answers[word] = answer
        }
        for word in ClickWord.allCases where answers[word] == nil {
            throw ClickSetupError("click.openapi.yaml lacks the error \(word.rawValue)")
        }
        self.answers = answers
        complete = click.shopActions["complete"] ?? 1
    }

    func code(_ word: ClickWord) -> Int64 { answers[word]?.code ?? 0 }

    func note(_ reply: ClickReply) -> String { reply.note ?? answers[reply.word]?.note ?? "" }

    /// - Parameter callback: nil: nothing could be read, so nothing is repeated.
    func bytes(_ reply: ClickReply, to callback: ClickCallback?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        if let callback {
            writer.key("click_trans_id")
            writer.integer(callback.transID)
            writer.key("merchant_trans_id")
            writer.string(callback.merchantTransID)
        }
        if let id = reply.transactionID {
            writer.key(callback?.action == complete ? "merchant_confirm_id" : "merchant_prepare_id")
            writer.integer(id)
        }
        writer.key("error")
        writer.integer(code(reply.word))
        writer.key("error_note")
        writer.string(note(reply))
        writer.endObject()
        return writer.bytes
    }

    /// - Parameter call: nil: nothing could be read, so nothing is repeated.
    func bytes(_ answer: AdvancedReply, to call: AdvancedCall?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        if let call, let paydocID = call.paydocID, let attemptID = call.attemptID {
            writer.key("click_paydoc_id")
            writer.integer(paydocID)
            writer.key("attempt_trans_id")
            writer.integer(attemptID)
        }
        if let id = answer.transactionID {
            writer.key(call?.action == "prepare" ? "merchant_prepare_id" : "merchant_confirm_id")
            writer.integer(id)
        }
        writer.key("error")
        writer.integer(code(answer.reply.word))
        writer.key("error_note")
        writer.string(note(answer.reply))
        if let status = answer.status {
            writer.key("status")
            writer.integer(status)
        }
        if let params = answer.params {
            writer.key("params")
            writer.value(.object(params))
        }
        if let requests = answer.requests {
            writer.key("requests")
            writer.value(.object(requests))
        }
        writer.endObject()
        return writer.bytes
    }
}
