; The installer for Windows, by Inno Setup 6: per user, or for all users with /ALLUSERS.
;   iscc /DVersion=0.1.0 /DSource=dist\hhgui /DName=hhgui-0.1.0-windows-amd64-setup /DArch=x64compatible
; Silent: hhgui-…-setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART

[Setup]
AppId={{6B7B2C43-0C0B-5B0D-9B6A-6F4C1B6E52A7}
AppName=hhgui
AppVersion={#Version}
AppPublisher=hhgui contributors
DefaultDirName={autopf}\hhgui
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=commandline dialog
ArchitecturesAllowed={#Arch}
ArchitecturesInstallIn64BitMode={#Arch}
MinVersion=10.0.17763
OutputBaseFilename={#Name}
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
UninstallDisplayIcon={app}\hhgui.exe

[InstallDelete]
; what an older version brought and this one does not
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Source}\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{autoprograms}\hhgui"; Filename: "{app}\hhgui.exe"; AppUserModelID: "hhgui"

[Registry]
Root: HKA; Subkey: "Software\Classes\.hhgui"; ValueType: string; ValueName: ""; ValueData: "hhgui.session"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\hhgui.session"; ValueType: string; ValueName: ""; ValueData: "hhgui session"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\hhgui.session\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\hhgui.exe,0"
Root: HKA; Subkey: "Software\Classes\hhgui.session\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\hhgui.exe"" ""%1"""
