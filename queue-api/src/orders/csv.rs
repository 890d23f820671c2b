//! Tables as text: RFC 4180, safe to open in a spreadsheet.

/// Begins a formula in some spreadsheet, even where it is data that a stranger typed.
const DANGEROUS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Adds one line.
pub(crate) fn line<S: AsRef<str>>(table: &mut String, cells: impl IntoIterator<Item = S>) {
    let mut first = true;
    for value in cells {
        if !std::mem::take(&mut first) {
            table.push(',');
        }
        cell(table, value.as_ref());
    }
    table.push_str("\r\n");
}

/// Defused by a quotation mark in front, as spreadsheets themselves mark text.
fn cell(table: &mut String, value: &str) {
    let dangerous = value.starts_with(DANGEROUS);
    let quoted = value.contains([',', '"', '\r', '\n']);
    if quoted {
        table.push('"');
    }
    if dangerous {
        table.push('\'');
    }
    if quoted {
        table.push_str(&value.replace('"', "\"\""));
        table.push('"');
    } else {
        table.push_str(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_defused() {
        let mut table = String::new();
        line(&mut table, ["plain", "a, b", "says \"hi\"", "two\nlines", "", "ärger"]);
        line(&mut table, ["=1+1", "+49", "-5", "@SUM(A1)", "\tx", "=HYPERLINK(\"x\",\"y\")", "a=b"]);
        assert_eq!(
            table,
            "plain,\"a, b\",\"says \"\"hi\"\"\",\"two\nlines\",,ärger\r\n\
             '=1+1,'+49,'-5,'@SUM(A1),'\tx,\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\",a=b\r\n"
        );
    }
}
